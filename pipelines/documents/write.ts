import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createProgram } from '../program.ts'
import { commandsText } from './commandsText.ts'
import { questionsText } from './questionsText.ts'
import { scopesText } from './scopesText.ts'

/* `npm run docs:reference`: writes what is generated in docs/, other than the dictionary. */

const docs = path.join(import.meta.dirname, '../../docs')
await writeFile(path.join(docs, 'commands.md'), commandsText(createProgram()))
await writeFile(path.join(docs, 'questions.md'), await questionsText())
await writeFile(path.join(docs, 'scopes.md'), scopesText())
