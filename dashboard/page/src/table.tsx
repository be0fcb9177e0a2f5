import type { ComponentChildren, JSX } from 'preact'
import { type Cell, csvOf } from './csv.ts'
import { download } from './download.ts'
import { count } from './format.ts'
import { Scroll } from './widgets.tsx'

export interface Column<Row> {
  key: string
  name: string
  /** What is sorted by and written to CSV. */
  value: (row: Row) => Cell
  show: (row: Row) => ComponentChildren
  isNumber?: boolean
  /** Names the row for screen readers. */
  isHeading?: boolean
}

/** A column of figures. @param show from the value, as the reader wants it; CSV gets the value itself */
export function figure<Row>(
  key: string,
  name: string,
  value: (row: Row) => number | null,
  show: (value: number | null) => string = count,
): Column<Row> {
  return { key, name, value, show: (row) => show(value(row)), isNumber: true }
}

interface Props<Row> {
  title: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  /** `key` ascending, `-key` descending; kept in the address by the caller. */
  sort?: string
  onSort?: (sort: string) => void
  /** Shows only so many, of the order chosen. */
  limit?: number
}

/** A table whose columns sort it. */
export function Table<Row>({ title, columns, rows, keyOf, sort, onSort, limit }: Props<Row>): JSX.Element {
  return (
    <Scroll name={`${title}, table`}>
      <table>
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            {columns.map(({ key, name, isNumber }) => {
              const state = sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : undefined
              return (
                <th key={key} scope="col" class={isNumber ? 'number' : undefined} aria-sort={state}>
                  {onSort === undefined ? (
                    name
                  ) : (
                    <button type="button" class="sort" onClick={() => onSort(next(key, state, isNumber))}>
                      {name}
                      <span aria-hidden="true">
                        {state === undefined ? '' : state === 'ascending' ? ' ↑' : ' ↓'}
                      </span>
                    </button>
                  )}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {sorted(rows, columns, sort)
            .slice(0, limit)
            .map((row) => (
              <tr key={keyOf(row)}>
                {columns.map(({ key, show, isNumber, isHeading }) =>
                  isHeading ? (
                    <th key={key} scope="row">
                      {show(row)}
                    </th>
                  ) : (
                    <td key={key} class={isNumber ? 'number' : undefined}>
                      {show(row)}
                    </td>
                  ),
                )}
              </tr>
            ))}
        </tbody>
      </table>
    </Scroll>
  )
}

export function TableCsv<Row>({
  title,
  columns,
  rows,
}: Pick<Props<Row>, 'title' | 'columns' | 'rows'>): JSX.Element {
  const save = () =>
    download(
      title,
      csvOf(
        columns.map((column) => column.name),
        rows.map((row) => columns.map((column) => column.value(row))),
      ),
    )
  return (
    <button type="button" onClick={save}>
      CSV<span class="visually-hidden"> of {title}</span>
    </button>
  )
}

/** Figures are first wanted from the top, names from the start. */
function next(key: string, state: string | undefined, isNumber = false): string {
  if (state === undefined) return isNumber ? `-${key}` : key
  return state === 'ascending' ? `-${key}` : key
}

function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort = ''): readonly Row[] {
  const column = columns.find(({ key }) => key === sort.replace(/^-/, ''))
  if (column === undefined) return rows
  const sign = sort.startsWith('-') ? -1 : 1
  return [...rows].sort((a, b) => {
    const [one, other] = [column.value(a), column.value(b)]
    // What is not known is last, whichever way.
    if (one === null || one === undefined || other === null || other === undefined) {
      return Number(one === null || one === undefined) - Number(other === null || other === undefined)
    }
    if (typeof one === 'number' && typeof other === 'number') return sign * (one - other)
    return sign * String(one).localeCompare(String(other))
  })
}
