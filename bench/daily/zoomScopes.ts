import { dataStreams } from '../../extract/streams.ts'
import { endpointsOf } from '../../extract/zoom/endpoints/catalogue.ts'

/** Scopes of the made-up account's token: those that open everything. */
export const scopes = dataStreams.flatMap(endpointsOf).map((endpoint) => endpoint.scopes[0] as string)
