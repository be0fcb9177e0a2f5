import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { addressOf, addressUrl, biTools, connectionFor } from '../../pipelines/biTools.ts'

const remote = 'postgresql://bi%40corp:s%3Acret%2F1@db.example.com:6432/ware%20house?sslmode=verify-full'

describe('the address of a warehouse', () => {
  it('is taken apart and put together again without loss', () => {
    const address = addressOf(remote, true)
    expect(address).toEqual({
      host: 'db.example.com',
      port: 6432,
      database: 'ware house',
      user: 'bi@corp',
      password: 's:cret/1',
      sslmode: 'verify-full',
    })
    const client = new pg.Client({
      connectionString: addressUrl(address).replace('?sslmode=verify-full', ''),
    })
    expect(client).toMatchObject({
      host: 'db.example.com',
      port: 6432,
      user: 'bi@corp',
      password: 's:cret/1',
    })
    expect(client.database).toBe('ware house')
  })

  it('has the default port, and asks for encryption unless it is on this machine', () => {
    expect(addressOf('postgres://a@db.example.com/x', true)).toMatchObject({ port: 5432, sslmode: 'require' })
    expect(addressOf('postgres://a@127.0.0.1:5555/x', true)).toMatchObject({ port: 5555, sslmode: 'disable' })
    expect(addressOf('postgres://a@[::1]:5555/x', true)).toMatchObject({ host: '::1', sslmode: 'disable' })
  })

  it('hides the password for every tool where it is not to be shown', () => {
    const address = addressOf(remote, false)
    for (const tool of biTools) {
      const text = JSON.stringify(connectionFor(tool, address))
      expect(text).not.toMatch(/s:cret|s%3Acret/)
      expect(text).toMatch(/PASSWORD/)
    }
  })
})

describe('what to paste', () => {
  const address = addressOf('postgres://reader:pass@127.0.0.1:5433/rollcall', true)

  it('is the URI of SQLAlchemy for Superset', () => {
    expect(connectionFor('superset', address).fields).toEqual({
      'SQLAlchemy URI': 'postgresql+psycopg2://reader:pass@127.0.0.1:5433/rollcall',
    })
  })

  it('are the fields of their forms for Metabase, Grafana and Power BI', () => {
    expect(connectionFor('metabase', address).fields).toMatchObject({
      Host: '127.0.0.1',
      Port: '5433',
      'Database name': 'rollcall',
      Username: 'reader',
      Password: 'pass',
    })
    expect(connectionFor('grafana', address).fields).toMatchObject({
      'Host URL': '127.0.0.1:5433',
      'TLS/SSL Mode': 'disable',
    })
    expect(connectionFor('powerbi', address).fields).toMatchObject({
      Server: '127.0.0.1:5433',
      Database: 'rollcall',
    })
  })

  it('is a URL for whatever speaks JDBC', () => {
    expect(connectionFor('jdbc', addressOf(remote, true)).fields.URL).toBe(
      'jdbc:postgresql://db.example.com:6432/ware%20house?sslmode=verify-full',
    )
  })

  it('is a command for psql, with an address of IPv6 in brackets', () => {
    const v6 = addressOf('postgres://a:b@[2001:db8::1]/x', true)
    expect(connectionFor('psql', v6).fields.Command).toBe(
      "psql 'postgres://a:b@[2001:db8::1]:5432/x?sslmode=require'",
    )
  })
})
