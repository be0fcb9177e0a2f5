import { useEffect, useState } from 'preact/hooks'

/** What is shown, all of it in the part of the address after `#`: a link shows somebody else the same. */
export interface Route {
  view: 'account' | 'webinar' | 'instance' | 'person' | 'people' | 'unknown'
  id: string
  query: Record<string, string>
}

const views: Readonly<Record<string, Route['view']>> = {
  webinars: 'webinar',
  instances: 'instance',
  persons: 'person',
}

function readRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2)
  const query = Object.fromEntries(new URLSearchParams(search))
  const [kind = '', id = ''] = path.split('/').filter((part) => part !== '')
  if (kind === '') return { view: 'account', id: '', query }
  if (kind === 'people') return { view: 'people', id: '', query }
  return { view: views[kind] ?? 'unknown', id: decodeURIComponent(id), query }
}

/** The address of a view. Empty parameters are left out. */
export function link(path: string, query: Record<string, string | undefined> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return `#${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`
}

/** Changes parameters of the view that is shown; typing does not fill the history. */
export function changeQuery(changes: Record<string, string | undefined>): void {
  const [path = '/'] = location.hash.replace(/^#/, '').split('?', 1)
  const { query } = readRoute(location.hash)
  history.replaceState(null, '', link(path || '/', { ...query, ...changes }))
  dispatchEvent(new HashChangeEvent('hashchange'))
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash))
  useEffect(() => {
    const follow = () => setRoute(readRoute(location.hash))
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return route
}
