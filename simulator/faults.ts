/** Zoom's error answers: an HTTP status and a body of `code` and `message`. Thrown by routes, sent by the server. */
export class Fault extends Error {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: number, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.body = { code, message }
    this.headers = headers
  }
}

export const webinarMissing = (id: string) => new Fault(404, 3001, `Webinar does not exist: ${id}.`)
/** What a uuid gets that is unknown, or that lost its slashes on the way. */
export const uuidMissing = (id: string) => new Fault(404, 3001, `Meeting does not exist: ${id}.`)
export const tooOld = () => new Fault(400, 12702, 'Can not access a webinar a year ago.')
export const userMissing = (id: string) => new Fault(404, 1001, `User does not exist: ${id}.`)
export const badToken = () => new Fault(400, 300, 'The next page token is invalid or expired.')
export const badParameter = (name: string) => new Fault(400, 300, `Invalid parameter: ${name}.`)
