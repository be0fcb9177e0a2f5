import { access } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Document, readDocuments, root } from './markdown.ts'

let documents: Document[]

beforeAll(async () => {
  documents = await readDocuments()
})

describe('a link between documents', () => {
  it('leads to a file, and to a heading in it', async () => {
    const broken: string[] = []
    let count = 0
    for (const { file, text } of documents) {
      for (const [, target] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (target === undefined || /^[a-z]+:/.test(target)) continue
        count++
        const [place = '', anchor] = target.split('#')
        const other = place === '' ? file : path.join(path.dirname(file), place)
        const isThere = await access(path.join(root, other)).then(
          () => true,
          () => false,
        )
        const document = documents.find((one) => one.file === other)
        const hasHeading = anchor === undefined || (document && anchorsOf(document.text).includes(anchor))
        if (!isThere || !hasHeading) broken.push(`${file}: ${target}`)
      }
    }
    expect(count).toBeGreaterThan(40)
    expect(broken).toEqual([])
  })

  it('leads from the README to every document', () => {
    const readme = documents.find(({ file }) => file === 'README.md')?.text ?? ''
    const others = documents.map(({ file }) => file).filter((file) => file !== 'README.md')
    expect(others.filter((file) => !readme.includes(`(${file})`))).toEqual([])
  })
})

describe('a document', () => {
  it('names no place of one machine, and no registry', () => {
    const found = documents.filter(({ text }) => /\/(work|tmp|home|root)\/|registry\.npmjs/.test(text))
    expect(found.map(({ file }) => file)).toEqual([])
  })

  it('of ours keeps to a line length that can be reviewed', () => {
    const long = documents
      .filter(({ isGenerated }) => !isGenerated)
      .flatMap(({ file, text }) =>
        withoutBlocks(text)
          .split('\n')
          .filter((line) => line.length > 130 && !line.startsWith('|'))
          .map((line) => `${file}: ${line.slice(0, 60)}…`),
      )
    expect(long).toEqual([])
  })
})

const withoutBlocks = (text: string): string => text.replaceAll(/^( *)```[\s\S]*?^\1```/gm, '')
const withoutCode = (text: string): string => withoutBlocks(text).replaceAll(/(?<!\[)`[^`\n]*`(?!\])/g, '')

/** GitHub's anchors: lower case, punctuation dropped, spaces to hyphens. */
function anchorsOf(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  )
}
