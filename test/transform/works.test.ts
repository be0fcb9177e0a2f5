import { describe, expect, it } from 'vitest'
import { parseModel } from '../../transform/models.ts'
import { type Work, worksOf } from '../../transform/works.ts'

/** Models by file: what they read, and what their header says. Those of persons have the names that the build knows. */
const files: Record<string, { reads: string[]; header?: string }> = {
  'staging/reading_times.sql': { reads: ['raw.captures'], header: 'Kept as a table.' },
  'staging/rows.sql': { reads: ['raw.participants', 'staging.reading_times'] },
  'intermediate/cleaned.sql': { reads: ['staging.rows'] },
  'intermediate/claims.sql': { reads: ['intermediate.cleaned'] },
  'intermediate/person_keys_grouped.sql': { reads: ['intermediate.claims'] },
  'marts/participants.sql': { reads: ['intermediate.cleaned', 'intermediate.person_keys_grouped'] },
  'marts/webinars.sql': { reads: ['marts.participants'] },
  'marts/zoom_people.sql': { reads: ['marts.participants'] },
}
const models = Object.entries(files).map(([file, { header = 'One row.' }]) =>
  parseModel(file, `-- ${header}\nselect 1`),
)
const reads = new Map(models.map(({ name, file }) => [name, files[file]?.reads ?? []]))
const works = (batches: number) => worksOf(models, reads, ['staging.rows', 'marts.webinars'], batches)
const named = (name: string) => works(2).find((work) => work.name === name) as Work

describe('worksOf', () => {
  it('builds every model once where there is one batch', () => {
    expect(works(1).map(({ name }) => name)).toEqual(models.map(({ name }) => name))
    expect(works(1).every(({ batch, isUnion }) => batch === null && !isUnion)).toBe(true)
  })
  it('builds batch by batch what is of a webinar, and in between what is over all', () => {
    expect(works(2).map(({ name }) => name)).toEqual([
      'staging.reading_times',
      'staging.rows@1',
      'intermediate.cleaned@1',
      'intermediate.claims@1',
      'staging.rows@2',
      'intermediate.cleaned@2',
      'intermediate.claims@2',
      'staging.rows',
      'intermediate.claims',
      'intermediate.person_keys_grouped',
      'marts.participants@1',
      'marts.webinars@1',
      'marts.participants@2',
      'marts.webinars@2',
      'marts.participants',
      'marts.webinars',
      'marts.zoom_people',
    ])
  })
  it('lets a model of a batch read those of the batch, and those over all', () => {
    expect(named('marts.participants@2')).toMatchObject({
      batch: 2,
      reads: ['intermediate.cleaned@2', 'intermediate.person_keys_grouped'],
    })
    expect(named('marts.zoom_people')).toMatchObject({ batch: null, reads: ['marts.participants'] })
  })
  it('lets the first batch begin the tables that others add to', () => {
    expect(named('marts.participants@1').needs).not.toContain('marts.participants@1')
    expect(named('marts.participants@2').needs).toContain('marts.participants@1')
  })
  it('unites steps from their parts, shows views anew, and lets parts go of what is in the catalog', () => {
    const united = works(2).filter(({ isUnion }) => isUnion)
    expect(united.map(({ name, reads }) => [name, reads])).toEqual([
      ['staging.rows', ['raw.participants', 'staging.reading_times']],
      ['intermediate.claims', ['intermediate.claims@1', 'intermediate.claims@2']],
      ['marts.participants', []],
      ['marts.webinars', []],
    ])
    expect(named('marts.participants').needs).toEqual(['marts.participants@1', 'marts.participants@2'])
  })
  it('never needs what comes later', () => {
    const done = new Set(['raw.participants', 'raw.captures'])
    for (const { name, needs } of works(2)) {
      expect(needs.filter((need) => !done.has(need))).toEqual([])
      done.add(name)
    }
  })
})
