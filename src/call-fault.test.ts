import { expect, test } from 'vitest'
import { CALL_ROWS, CallFault } from './call-fault.ts'
import { FAULT } from './contract.ts'
import { Fault, type FaultCode, isFault } from './fault.ts'

test('a fault of a client is a fault like any other', () => {
  const cause = new Error('reset')
  const [one, other] = [
    new CallFault('call_lost', { to: 'far' }, cause),
    new Fault('call_lost', { to: 'far' }, cause),
  ]
  for (const member of ['name', 'message', 'code', 'status', 'detail', 'cause', 'data'] as const) {
    expect(one[member], member).toEqual(other[member])
  }
  expect([isFault(one), one instanceof Fault, one instanceof Error]).toEqual([true, true, true])
})

test('the two tables say the same of what is in both', () => {
  const codes = Object.keys(CALL_ROWS) as (keyof typeof CALL_ROWS)[]
  expect(codes.length).toBeGreaterThan(5)
  for (const code of codes) {
    const detail = {
      to: '',
      reason: '',
      name: '',
      what: '',
      fix: '',
      code: '',
      limitMs: 1,
      status: 1,
      issues: [],
    }
    expect(new CallFault(code, detail as never).message).toBe(
      new Fault(code as FaultCode, detail as never).message,
    )
  }
})

test('what is no error, or has no such code, is no fault', () => {
  const marked = Object.assign(new Error('x'), { [FAULT]: true, code: 'no_such_code' })
  const copy = Object.assign(new Error('x'), { [FAULT]: true, code: 'call_lost' })
  for (const [thrown, is] of [
    [marked, false],
    [copy, true],
    [{ code: 'call_lost', [FAULT]: true }, false],
    [new Error('call_lost'), false],
    [null, false],
    ['call_lost', false],
  ] as const) {
    expect([isFault(thrown), (thrown as unknown) instanceof Fault]).toEqual([is, is])
  }
})

test('only what the service answered has data', () => {
  const detail = { to: 'far', status: 404, code: 'note_gone', data: { id: 7 } }
  expect(new CallFault('call_answered', detail).data).toEqual({ id: 7 })
  expect(new CallFault('call_lost', { to: 'far' }).data).toBeUndefined()
})
