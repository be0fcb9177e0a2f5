import { useEffect, useState } from 'preact/hooks'

/** Whether a server answers, or the answers are files beside the page: an export, with aggregates only. */
export const isExport =
  document.querySelector<HTMLMetaElement>('meta[name=rollcall-mode]')?.content === 'export'

export type Loading<T> =
  | { state: 'loading'; previous?: T }
  | { state: 'failed'; message: string }
  | { state: 'done'; answer: T }

type Query = Record<string, string | undefined>

/**
 * What has been asked, so that going back shows at once and two parts of a view ask once. The warehouse changes only
 * when a sync publishes; loading the page anew asks anew.
 */
const asked = new Map<string, Promise<unknown>>()
const askedMax = 60

export function ask<T>(path: string, query: Query = {}): Promise<T> {
  const address = addressOf(path, query)
  const earlier = asked.get(address)
  if (earlier !== undefined) return earlier as Promise<T>
  const answer = fetchAnswer<T>(address)
  asked.set(address, answer)
  answer.catch(() => asked.delete(address))
  const [oldest] = asked.keys()
  if (asked.size > askedMax && oldest !== undefined) asked.delete(oldest)
  return answer
}

/** Asks now for what a part of the view will ask for once it is drawn, which is then told what went wrong. */
export function prefetch(path: string, query: Query): void {
  ask(path, query).catch(() => undefined)
}

async function fetchAnswer<T>(address: string): Promise<T> {
  const response = await fetch(address).catch(() => {
    throw new Error(
      isExport
        ? 'A file of this export cannot be reached.'
        : 'The dashboard does not answer. Is it still running?',
    )
  })
  if (!response.ok) throw new Error(await reasonOf(response))
  return (await response.json()) as T
}

function addressOf(path: string, query: Query): string {
  if (isExport) {
    const year = query.from?.slice(0, 4) ?? 'all'
    if (path === 'account') return `data/account-${year}.json`
    if (path === 'account/people') return `data/people-${year}.json`
    return `data/${path}.json`
  }
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return `api/${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`
}

async function reasonOf(response: Response): Promise<string> {
  if (response.status === 404)
    return 'There is nothing of this name here. It may have been renamed since the link was made.'
  const body = (await response.json().catch(() => ({}))) as { error?: string }
  return body.error ?? `The dashboard answered with status ${response.status}.`
}

/** An answer, asked for anew whenever path or query change; meanwhile the previous one may stay on screen. */
export function useAnswer<T>(path: string, query: Query = {}): Loading<T> {
  const key = JSON.stringify([path, query])
  const [loading, setLoading] = useState<Loading<T> & { path?: string }>({ state: 'loading' })
  useEffect(() => {
    let isCurrent = true
    setLoading((last) =>
      last.state === 'done' && last.path === path
        ? { state: 'loading', previous: last.answer, path }
        : { state: 'loading' },
    )
    ask<T>(path, query).then(
      (answer) => isCurrent && setLoading({ state: 'done', answer, path }),
      (error: Error) => isCurrent && setLoading({ state: 'failed', message: error.message }),
    )
    return () => {
      isCurrent = false
    }
  }, [key])
  return loading
}

export const answerOf = <T>(loading: Loading<T>): T | undefined =>
  loading.state === 'done' ? loading.answer : loading.state === 'loading' ? loading.previous : undefined
