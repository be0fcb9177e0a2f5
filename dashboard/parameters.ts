import { z } from 'zod'
import type { Filter } from './answers.ts'
import { type Order, orders, type Page } from './queries/participants.ts'

/** A parameter that cannot be understood: the reader's browser is told which. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError'
}

const absent = (value: unknown) => (value === '' ? undefined : value)
const Id = z.guid('an id is 32 hexadecimal digits in five groups')
const Day = z.iso.date('a day is written 2026-05-31')

const FilterParameters = z.object({
  host: z.preprocess(absent, z.string().max(320).optional()),
  webinar: z.preprocess(absent, Id.optional()),
  from: z.preprocess(absent, Day.optional()),
  to: z.preprocess(absent, Day.optional()),
})

/** What one request may ask for at most; a longer list is read page by page. */
const rowsMax = 1000

const PageParameters = z.object({
  search: z.string().trim().max(200).default(''),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(rowsMax).default(100),
  order: z.enum(orders).default('joined'),
})

type Query = Record<string, string>

/** @throws ParameterError */
export function readFilter(query: Query): Filter {
  const { host, webinar, from, to } = parse(FilterParameters, query)
  return { host, webinar, from, to }
}

/** @throws ParameterError */
export function readPage(query: Query): Page & { order: Order } {
  return parse(PageParameters, query)
}

/** @throws ParameterError unless it is a uuid */
export function readId(text: string): string {
  return parse(z.object({ id: Id }), { id: text }).id
}

function parse<T>(schema: z.ZodType<T>, values: unknown): T {
  const result = schema.safeParse(values)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new ParameterError(
    `${issue?.path.join('.') ?? 'A parameter'} cannot be read: ${issue?.message ?? ''}.`,
  )
}
