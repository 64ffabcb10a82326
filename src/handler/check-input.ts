/**
 * Checking a handler's input: its members by `accepts`, and the body that is one value by `body`.
 *
 * @module
 */
import { chain } from '../call/after.ts'
import { Fault, type Issue } from '../fault.ts'
import { type Checked, check } from '../schema/standard.ts'
import { isRecord } from '../value/data.ts'
import { BODY } from './binding.ts'
import type { Plan } from './plan.ts'

/** The input as the function is given it; a promise only where a schema is asynchronous. Fault: input_invalid. */
export function checkInput(plan: Plan, data: unknown): unknown {
  const { binding, definition } = plan
  const { accepts } = definition
  if (binding.body === 'member') return checkWithBody(plan, data)
  if (accepts === undefined) return undefined
  // A caller by name may leave out data whose members are all optional, as one over HTTP may.
  return chain(check(accepts, data === undefined && binding.body !== 'whole' ? {} : data), valid)
}

function checkWithBody({ definition, taking }: Plan, data: unknown): unknown {
  const { accepts, body } = definition
  const { [BODY]: given, ...others } = (isRecord(data) ? data : {}) as Record<string, unknown>
  const members: Checked | Promise<Checked> = accepts === undefined ? { value: {} } : check(accepts, others)
  return chain(members, (checked) => {
    // What flows in is checked as it flows.
    const whole: Checked | Promise<Checked> = body === undefined ? { value: given } : check(body, given)
    return chain(whole, (one) => {
      const issues = [
        ...('issues' in checked ? checked.issues : []),
        ...('issues' in one ? one.issues.map(below) : []),
      ]
      if (issues.length > 0) throw new Fault('input_invalid', { issues })
      const value = valid(one)
      return {
        ...(valid(checked) as object),
        [BODY]: taking?.admit === undefined ? value : taking.admit(value),
      }
    })
  })
}

function below({ pointer, message }: Issue): Issue {
  return { pointer: `/${BODY}${pointer}`, message }
}

function valid(checked: Checked): unknown {
  if ('issues' in checked) throw new Fault('input_invalid', { issues: checked.issues })
  return checked.value
}
