import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { isExport } from './data.ts'
import { PeopleSearch } from './peopleSearch.tsx'
import { link, type Route, useRoute } from './route.ts'
import { AccountView } from './views/account.tsx'
import { InstanceView } from './views/instance.tsx'
import { PeopleView } from './views/people.tsx'
import { PersonView } from './views/person.tsx'
import { WebinarView } from './views/webinar.tsx'
import { Message } from './widgets.tsx'

export function App(): JSX.Element {
  const route = useRoute()
  const main = useRef<HTMLElement>(null)
  const shown = useRef(`${route.view}/${route.id}`)
  useEffect(() => {
    const now = `${route.view}/${route.id}`
    if (shown.current === now) return
    shown.current = now
    // As after loading a page: screen readers start at its beginning, and so does the window.
    main.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [route.view, route.id])
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href={link('/')}>
          <img src="./icon.svg" alt="" width="24" height="24" />
          rollcall
        </a>
        {isExport ? <span class="quiet">Aggregates only</span> : <PeopleSearch />}
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <View route={route} />
      </main>
    </>
  )
}

function View({ route: { view, id, query } }: { route: Route }): JSX.Element {
  if (view === 'account') return <AccountView query={query} />
  if (view === 'webinar') return <WebinarView key={id} id={id} query={query} />
  if (view === 'instance') return <InstanceView key={id} id={id} query={query} />
  if (view === 'person' && !isExport) return <PersonView key={id} id={id} />
  if (view === 'people' && !isExport) return <PeopleView search={query.search ?? ''} />
  return (
    <Message title="There is no such page">
      <a href={link('/')}>Go to the account</a>
    </Message>
  )
}
