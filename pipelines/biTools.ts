/** Tools rollcall can spell an address for. */
export const biTools = ['psql', 'superset', 'metabase', 'grafana', 'powerbi', 'jdbc'] as const
export type BiTool = (typeof biTools)[number]

/** Where the warehouse is, and as whom to connect. */
export interface WarehouseAddress {
  host: string
  port: number
  database: string
  user: string
  /** Null where it is not to be shown: the reader has it from `warehouse grant`, or from DATABASE_URL. */
  password: string | null
  /** `sslmode` of libpq: disable, require, verify-full, … */
  sslmode: string
}

/** What to paste, in the words of the tool's own form. */
export interface Connection {
  tool: BiTool
  /** Where in the tool it goes. */
  where: string
  fields: Record<string, string>
}

/** Stands where a password is to be put in. */
const passwordPlaceholder = 'PASSWORD'

/** Address from a `postgres://` URL. @param isShown whether its password may be printed */
export function addressOf(url: string, isShown: boolean): WarehouseAddress {
  const { hostname, port, pathname, username, password, searchParams } = new URL(url)
  return {
    host: hostname.replaceAll(/^\[|\]$/g, ''),
    port: port === '' ? 5432 : Number(port),
    database: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
    password: isShown && password !== '' ? decodeURIComponent(password) : null,
    sslmode: searchParams.get('sslmode') ?? (isLoopback(hostname) ? 'disable' : 'require'),
  }
}

/** `postgres://…`, as psql, libpq and most libraries read it. */
export function addressUrl(address: WarehouseAddress, scheme = 'postgres'): string {
  const { user, password, database, sslmode } = address
  const who = `${encodeURIComponent(user)}:${encodeURIComponent(password ?? passwordPlaceholder)}`
  const place = `${scheme}://${who}@${hostAndPort(address)}/${encodeURIComponent(database)}`
  return sslmode === 'disable' ? place : `${place}?sslmode=${sslmode}`
}

/**
 * What to paste into a tool. Sources: the connection pages of superset.apache.org/docs, metabase.com/docs,
 * grafana.com/docs, learn.microsoft.com/power-query/connectors/postgresql and jdbc.postgresql.org.
 */
export function connectionFor(tool: BiTool, address: WarehouseAddress): Connection {
  return { tool, ...forms[tool](address) }
}

const forms: Record<BiTool, (address: WarehouseAddress) => Omit<Connection, 'tool'>> = {
  psql: (address) => ({ where: 'a shell', fields: { Command: `psql '${addressUrl(address)}'` } }),
  superset: (address) => ({
    where:
      'Settings, Database Connections, + Database, PostgreSQL, "Connect this database with a SQLAlchemy URI"',
    fields: { 'SQLAlchemy URI': addressUrl(address, 'postgresql+psycopg2') },
  }),
  metabase: (address) => ({
    where: 'Admin settings, Databases, Add database',
    fields: {
      'Database type': 'PostgreSQL',
      Host: address.host,
      Port: String(address.port),
      'Database name': address.database,
      Username: address.user,
      Password: address.password ?? passwordPlaceholder,
      'Use a secure connection (SSL)':
        address.sslmode === 'disable' ? 'off' : `on, SSL mode ${address.sslmode}`,
    },
  }),
  grafana: (address) => ({
    where: 'Connections, Add new connection, PostgreSQL',
    fields: {
      'Host URL': hostAndPort(address),
      'Database name': address.database,
      Username: address.user,
      Password: address.password ?? passwordPlaceholder,
      'TLS/SSL Mode': address.sslmode,
    },
  }),
  powerbi: (address) => ({
    where: 'Get data, Database, PostgreSQL database (Npgsql comes with Power BI Desktop)',
    fields: {
      Server: hostAndPort(address),
      Database: address.database,
      'Data Connectivity mode': 'Import',
      'Credentials, Database, User name': address.user,
      'Credentials, Database, Password': address.password ?? passwordPlaceholder,
      'Encrypt connections (Data source settings)': address.sslmode === 'disable' ? 'off' : 'on',
    },
  }),
  jdbc: (address) => ({
    where: 'DBeaver, DataGrip, Tableau (Other Databases), KNIME and whatever else speaks JDBC',
    fields: {
      URL: `jdbc:postgresql://${hostAndPort(address)}/${encodeURIComponent(address.database)}?sslmode=${address.sslmode}`,
      User: address.user,
      Password: address.password ?? passwordPlaceholder,
    },
  }),
}

function hostAndPort({ host, port }: WarehouseAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
