/** The look of the page: light or dark as the reader's system is, black on white on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c1f23; --quiet: #5c636b; --line: #d9dde2; --paper: #fff; --band: #f5f6f8; --good: #17693b; --lacking: #9a3412 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --quiet: #a0a7b0; --line: #3a4048; --paper: #16181b; --band: #1f2226; --good: #7bd4a0; --lacking: #f2a57c } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
h1 { margin: 0; font-size: 1rem; font-weight: 600; color: var(--quiet) }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.2rem }
h3 { margin: 0 0 .4rem; font-size: 1rem }
.verdict { margin: .25rem 0 0; font-size: 2rem; font-weight: 700; line-height: 1.2 }
.account { margin: .5rem 0; font-size: 1.15rem }
.good { color: var(--good) }
.lacking { color: var(--lacking) }
.quiet { color: var(--quiet); font-size: .875rem; font-weight: 400 }
article { margin: 0 0 1rem; padding: 1rem 1.1rem; border: 1px solid var(--line); border-radius: 8px; overflow-wrap: anywhere }
article p { margin: .3rem 0 }
article ul { margin: .5rem 0 0; padding-left: 1.2rem; color: var(--quiet); font-size: .9rem }
.status { font-weight: 600; white-space: nowrap }
.wide { overflow-x: auto }
table { width: 100%; border-collapse: collapse; font-size: .9rem }
th, td { padding: .35rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
thead th { color: var(--quiet); font-weight: 600; white-space: nowrap }
thead th[colspan] { text-align: center }
thead tr + tr th { text-align: right }
.figure { text-align: right; font-variant-numeric: tabular-nums }
.webinar th { padding-top: 1rem; background: var(--band) }
@media print {
  :root { color-scheme: light; --ink: #000; --quiet: #444; --line: #bbb; --paper: #fff; --band: #eee; --good: #000; --lacking: #000 }
  body { max-width: none; padding: 0; font-size: 10pt }
  thead { display: table-header-group }
  tr, article { break-inside: avoid }
  h2, .webinar { break-after: avoid }
}
`
