import type { JSX } from 'preact'
import { answerOf, ask, useAnswer } from './data.ts'
import { count } from './format.ts'
import { changeQuery } from './route.ts'

const pageRows = 50
/** What the dashboard gives at once, see its parameters. */
const pageRowsMax = 1000

type Query = Record<string, string>

/** The first rows of a long list; how many is part of the address, as everything that is shown. */
export function useLongList<T>(
  path: string,
  query: Query,
  rows: string | undefined,
): { answer: T | undefined; failure: string | undefined; limit: number; isBusy: boolean } {
  const limit = Math.min(pageRowsMax, Math.max(pageRows, Number(rows) || 0))
  const loading = useAnswer<T>(path, { ...query, limit: String(limit) })
  return {
    answer: answerOf(loading),
    failure: loading.state === 'failed' ? loading.message : undefined,
    limit,
    isBusy: loading.state === 'loading',
  }
}

interface MoreProps {
  shown: number
  total: number
  limit: number
  failure: string | undefined
  isBusy: boolean
  /** Name of the parameter in the address. */
  parameter: string
}

export function More({ shown, total, limit, failure, isBusy, parameter }: MoreProps): JSX.Element | null {
  if (failure !== undefined) return <p class="empty">{failure}</p>
  if (shown >= total) return null
  if (limit >= pageRowsMax) {
    return (
      <p class="quiet">
        The first {count(shown)} of {count(total)}; search to see others. The CSV has them all.
      </p>
    )
  }
  const next = Math.min(total, limit + 200, pageRowsMax)
  return (
    <button
      type="button"
      class="more"
      disabled={isBusy}
      onClick={() => changeQuery({ [parameter]: String(next) })}
    >
      Show {count(next - shown)} more of {count(total)}
    </button>
  )
}

/** The whole list, page by page. @param length rows of one answer */
export async function askAll<T extends { total: number }>(
  path: string,
  query: Query,
  length: (answer: T) => number,
): Promise<T[]> {
  const answers: T[] = []
  for (let offset = 0; ; ) {
    const answer = await ask<T>(path, { ...query, offset: String(offset), limit: String(pageRowsMax) })
    answers.push(answer)
    offset += length(answer)
    if (offset >= answer.total || length(answer) === 0) return answers
  }
}
