import { int32, requiredText, text } from '../schemas/scalars.ts'
import { user } from '../schemas/webinars.ts'
import { defineEndpoint, listNamed, page_size } from './define.ts'

/** The account's active users, who may host webinars (Zoom lists active ones unless asked otherwise). */
export const users = defineEndpoint({
  stream: 'users',
  source: 'users',
  label: 'medium',
  scopes: ['user:read:list_users:admin', 'user:read:admin', 'user:write:admin', 'user:read', 'user:write'],
  isPaged: true,
  request: () => ({ path: '/users', query: { status: 'active', page_size } }),
  items: listNamed('users'),
  schema: user,
  toRow: (row) => ({
    user_id: requiredText(row.id, 'id'),
    email: text(row.email),
    display_name: text(row.display_name),
    first_name: text(row.first_name),
    last_name: text(row.last_name),
    user_type: int32(row.type),
    user_status: text(row.status),
    timezone: text(row.timezone),
    department: text(row.dept),
  }),
})
