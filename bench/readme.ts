import type { Results } from './results.ts'
import { markdownTable } from './table.ts'

const begin = '<!-- written by `npm run bench -- --markdown` -->'
const end = '<!-- end of what is written -->'

/** The README with the figures of these results between its markers. @throws Error when it has no markers */
export function readmeSection(readme: string, { machine, rows, scale }: Results): string {
  const [before, after] = [readme.indexOf(begin), readme.indexOf(end)]
  if (before < 0 || after < before) throw new Error(`The README lacks the markers ${begin} and ${end}.`)
  if (scale !== 'full') throw new Error('Only results of full scale belong into the README.')
  const loads = rows.map(({ load }) => load)
  const section = `${begin}

${markdownTable(rows)}

Measured on ${machine.processors} cores (${machine.model}), ${machine.memory_gib} GiB, Node ${machine.node}, while other
work ran on the same machine (load average ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}): the ratios are what counts, the seconds are not.

`
  return readme.slice(0, before) + section + readme.slice(after)
}
