/** Clause 35: calls of peers that know names, and no HTTP. */
import { type Options, service, verbs } from 'hagaki'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Call } from '../../src/call/call.ts'
import { silentLog } from '../../src/call/log.ts'
import { optionsOf } from '../../src/call/perform.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import { request } from '../../src/value/message.ts'
import { user } from '../roads/user.ts'

test('a handler is called by name, with data and context, and no word of HTTP (35)', async () => {
  const { creates } = verbs({})
  const Text = z.object({ text: z.string() })
  const notes = service({
    add: creates('/notes', { accepts: Text, returns: Text }, ({ text }, { get }) => ({
      text: `${text} from ${get(user) ?? 'nobody'}`,
    })),
  })
  expect(await notes.invoke('add', { text: 'hi' })).toEqual({ text: 'hi from nobody' })
  expect(await notes.invoke('add', { text: 'hi' }, { options: carrying('anna') })).toEqual({
    text: 'hi from anna',
  })
  await expect(notes.invoke('add', { text: 1 } as never)).rejects.toMatchObject({ code: 'input_invalid' })
  await expect(notes.invoke('/notes' as 'add', { text: 'hi' })).rejects.toMatchObject({
    code: 'handler_unknown',
  })
})

function carrying(name: string): Options {
  const server = serverFacts()
  const value = request('POST', '/', { context: { [user.name]: name } })
  return optionsOf(value, new Call(server, silentLog, undefined, value.context), server)
}
