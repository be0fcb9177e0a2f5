import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { type Cell, csvOf } from './csv.ts'
import { download } from './download.ts'
import { Empty, Scroll } from './widgets.tsx'

export type Plots = typeof import('./plots.ts')
type Drawn = SVGSVGElement | HTMLElement

/** The drawing library, a file of its own: the first figures do not wait for it. */
export const loadPlots = (): Promise<Plots> => import('./plots.ts')

export interface ChartProps {
  title: string
  /** What it shows, in a sentence: read out instead of the picture. */
  summary: string
  /** Below the title. */
  note?: ComponentChildren
  legend?: readonly { name: string; kind: 'accent' | 'soft' | 'line' | 'muted' }[]
  /** Draws it to a width in CSS pixels. */
  draw: (plots: Plots, width: number) => Drawn
  /** Changes when there is something else to draw. */
  of: unknown
  /** The same as numbers: shown instead of the chart on request, and given as CSV. */
  head: readonly string[]
  rows: readonly (readonly Cell[])[]
  empty?: string
}

/** A chart, or the table of its numbers. */
export function Chart(props: ChartProps): JSX.Element {
  const { title, note, legend, head, rows, empty = 'There is nothing to draw here.' } = props
  const [isTable, setIsTable] = useState(false)
  const heading = useId()
  return (
    <section class="card chart" aria-labelledby={heading}>
      <div class="card-head">
        <div>
          <h3 id={heading}>{title}</h3>
          {note !== undefined && <p class="quiet">{note}</p>}
        </div>
        {rows.length > 0 && (
          <div class="tools">
            <button type="button" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
              Table<span class="visually-hidden"> of {title}</span>
            </button>
            <button type="button" onClick={() => download(title, csvOf(head, rows))}>
              CSV<span class="visually-hidden"> of {title}</span>
            </button>
          </div>
        )}
      </div>
      {legend !== undefined && rows.length > 0 && !isTable && (
        <ul class="legend">
          {legend.map(({ name, kind }) => (
            <li key={name}>
              <span class={`key ${kind}`} aria-hidden="true" />
              {name}
            </li>
          ))}
        </ul>
      )}
      {rows.length === 0 ? (
        <Empty>{empty}</Empty>
      ) : isTable ? (
        <NumbersTable {...props} />
      ) : (
        <Drawing {...props} />
      )}
    </section>
  )
}

function Drawing({ summary, draw, of }: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [plots, setPlots] = useState<Plots | 'missing'>()
  useEffect(() => {
    let isGone = false
    const settle = (found: Plots | 'missing') => {
      if (!isGone) setPlots(found)
    }
    loadPlots().then(settle, () => settle('missing'))
    return () => {
      isGone = true
    }
  }, [])
  useEffect(() => {
    if (place.current === null) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)))
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (plots === undefined || plots === 'missing' || width === 0) return
    const drawn = draw(plots, width)
    // The place around it says what it shows; the labels the library gives to parts say nothing.
    drawn.setAttribute('aria-hidden', 'true')
    place.current?.replaceChildren(drawn)
    return () => drawn.remove()
  }, [plots, width, of])
  if (plots === 'missing') {
    return (
      <Empty>
        What draws the charts could not be loaded. Load the page again; the table has the numbers.
      </Empty>
    )
  }
  return <div class="drawing" ref={place} role="img" aria-label={summary} />
}

function NumbersTable({ title, head, rows }: ChartProps): JSX.Element {
  return (
    <Scroll name={`${title}, table`} isTall>
      <table>
        <thead>
          <tr>
            {head.map((name, column) => (
              <th key={name} scope="col" class={isFigure(rows, column) ? 'number' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={head[column]} class={isFigure(rows, column) ? 'number' : undefined}>
                  {shown(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

const isFigure = (rows: ChartProps['rows'], column: number): boolean =>
  rows.every((row) => typeof row[column] === 'number' || row[column] === null) &&
  rows.some((row) => typeof row[column] === 'number')

const shown = (cell: Cell): string =>
  cell === null || cell === undefined ? '–' : typeof cell === 'number' ? cell.toLocaleString() : String(cell)
