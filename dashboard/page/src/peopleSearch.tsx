import type { JSX } from 'preact'
import { useRoute } from './route.ts'

/** Finds a person of the account, from every view. */
export function PeopleSearch(): JSX.Element {
  const { view, query } = useRoute()
  const find = (event: Event & { currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    const words = String(new FormData(event.currentTarget).get('search') ?? '').trim()
    if (words !== '') location.hash = `#/people?${new URLSearchParams({ search: words })}`
  }
  return (
    <search>
      <form class="find" onSubmit={find}>
        <input
          type="search"
          name="search"
          aria-label="Find a person by name or e-mail"
          placeholder="Find a person"
          defaultValue={view === 'people' ? query.search : ''}
        />
        <button type="submit">Find</button>
      </form>
    </search>
  )
}
