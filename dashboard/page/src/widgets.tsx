import type { ComponentChildren, JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Loading } from './data.ts'

/** Says what is shown to the browser's tab and history. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · rollcall`
  }, [title])
}

/** One figure with its name and, where it helps, what it is made of. */
export function Figure({
  name,
  value,
  note,
  isBusy,
}: {
  name: string
  value: string
  note?: ComponentChildren
  isBusy?: boolean
}): JSX.Element {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd aria-busy={isBusy}>
        <span class="value">{value}</span>
        {note !== undefined && <span class="note">{note}</span>}
      </dd>
    </div>
  )
}

export function Figures({ children }: { children: ComponentChildren }): JSX.Element {
  return <dl class="figures">{children}</dl>
}

const words: Readonly<Record<string, [mark: string, word: string]>> = {
  complete: ['✓', 'complete'],
  empty: ['✓', 'nobody came'],
  partial: ['◐', 'partial'],
  not_ready: ['◷', 'not ready yet'],
  denied: ['✕', 'denied'],
  expired: ['✕', 'expired'],
  failed: ['✕', 'failed'],
}

/** How completely something was captured: a sign and a word, so that colour is never alone. */
export function Status({ status }: { status: string }): JSX.Element {
  const [mark, word] = words[status] ?? ['?', status]
  return (
    <span class={`status ${status === 'complete' || status === 'empty' ? 'good' : 'lacking'}`}>
      <span aria-hidden="true">{mark}</span> {word}
    </span>
  )
}

export function Message({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <section class="message">
      <h1>{title}</h1>
      {children !== undefined && <p>{children}</p>}
    </section>
  )
}

/** What stands in for a view until its answer is there, or instead of it. */
export function Waiting({ loading, name }: { loading: Loading<unknown>; name: string }): JSX.Element {
  if (loading.state === 'failed')
    return <Message title={`The ${name} cannot be shown`}>{loading.message}</Message>
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Loading the {name}…</span>
      <div class="bone title" />
      <div class="bone row" />
      <div class="bone block" />
      <div class="bone block" />
    </div>
  )
}

export function Empty({ children }: { children: ComponentChildren }): JSX.Element {
  return <p class="empty">{children}</p>
}

/** The way up from here. */
export function Crumbs({
  trail,
}: {
  trail: readonly (readonly [name: string, href: string])[]
}): JSX.Element {
  return (
    <nav class="crumbs" aria-label="Where this is">
      <ol>
        {trail.map(([name, href]) => (
          <li key={href}>
            <a href={href}>{name}</a>
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** Something wider or longer than its place. It takes the focus, so that the keyboard scrolls it as well. */
export function Scroll({
  name,
  isTall,
  children,
}: {
  name: string
  isTall?: boolean
  children: ComponentChildren
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class={isTall ? 'scroll tall' : 'scroll'} tabIndex={0} aria-label={name}>
      {children}
    </section>
  )
}
