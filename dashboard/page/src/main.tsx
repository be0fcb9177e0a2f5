import { render } from 'preact'
import { App } from './app.tsx'
import { loadPlots } from './chart.tsx'
import './style.css'

const root = document.getElementById('page')
if (root === null) throw new Error('The page has no element to draw into.')
render(<App />, root)
// Every view has charts: it comes while the first answer is on its way. A chart that cannot have it says so.
loadPlots().catch(() => undefined)
