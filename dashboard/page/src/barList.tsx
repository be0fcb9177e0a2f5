import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { type Cell, csvOf } from './csv.ts'
import { download } from './download.ts'
import { Empty } from './widgets.tsx'

export interface BarListProps {
  title: string
  note?: string
  /** `share` of the longest possible bar, 0 to 1; `text` is the figure beside it. */
  bars: readonly { key: string; name: string; href?: string; share: number; text: string; detail?: string }[]
  head: readonly string[]
  rows: readonly (readonly Cell[])[]
  empty?: string
}

/** Named bars, each with its figure: a table one can read at a glance, and a link where there is more. */
export function BarList({
  title,
  note,
  bars,
  head,
  rows,
  empty = 'Nothing yet.',
}: BarListProps): JSX.Element {
  const heading = useId()
  return (
    <section class="card" aria-labelledby={heading}>
      <div class="card-head">
        <div>
          <h3 id={heading}>{title}</h3>
          {note !== undefined && <p class="quiet">{note}</p>}
        </div>
        {rows.length > 0 && (
          <div class="tools">
            <button type="button" onClick={() => download(title, csvOf(head, rows))}>
              CSV<span class="visually-hidden"> of {title}</span>
            </button>
          </div>
        )}
      </div>
      {bars.length === 0 ? (
        <Empty>{empty}</Empty>
      ) : (
        <ul class="bars">
          {bars.map(({ key, name, href, share, text, detail }) => (
            <li key={key}>
              <span class="bar-name">{href === undefined ? name : <a href={href}>{name}</a>}</span>
              <span class="bar-figure">
                {text}
                {detail !== undefined && <span class="quiet"> {detail}</span>}
              </span>
              <span class="bar" aria-hidden="true">
                <span style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
