/**
 * Checking a handler's input: its members by `accepts`, and the body that is one value by `body`.
 *
 * @module
 */
import { chain, isPromise } from '../call/after.ts'
import { Fault, type Issue } from '../fault.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import { isLarge } from '../schema/screen/large.ts'
import { pathInProbe, probeOf } from '../schema/screen/probe.ts'
import { type Path, seemsWrong, wrongValues } from '../schema/screen.ts'
import { type AnySchema, type Checked, check, MAX_ISSUES, pointerOf, toldOf } from '../schema/standard.ts'
import { isRecord } from '../value/data.ts'
import { BODY } from './binding.ts'
import type { Plan } from './plan.ts'

/**
 * The input as the function is given it; a promise only where a schema is asynchronous. `locate` says where its issues
 * were sent, where that was anywhere. Fault: input_invalid.
 */
export function checkInput(plan: Plan, data: unknown, locate: Locate): unknown {
  const { binding, definition, described } = plan
  const { accepts } = definition
  if (binding.body === 'member') return checkWithBody(plan, data, locate)
  if (accepts === undefined) return undefined
  // A caller by name may leave out data whose members are all optional, as one over HTTP may.
  const given = data === undefined && binding.body !== 'whole' ? {} : data
  return chain(screened(accepts, described.accepts, given), (checked) => valid(checked, locate))
}

/** Says where members of a request were sent. */
export type Locate = (issues: readonly Issue[]) => readonly Issue[]

function checkWithBody({ definition, described, taking }: Plan, data: unknown, locate: Locate): unknown {
  const { accepts, body } = definition
  const { [BODY]: given, ...others } = (isRecord(data) ? data : {}) as Record<string, unknown>
  const members: Checked | Promise<Checked> = accepts === undefined ? { value: {} } : check(accepts, others)
  return chain(members, (checked) => {
    // What flows in is checked as it flows.
    const whole: Checked | Promise<Checked> =
      body === undefined ? { value: given } : screened(body, described.body, given)
    return chain(whole, (one) => {
      const issues = [
        ...('issues' in checked ? checked.issues : []),
        ...('issues' in one ? one.issues.map(below) : []),
      ]
      if (issues.length > 0) throw new Fault('input_invalid', { issues: locate(issues) })
      const value = valid(one, locate)
      return {
        ...(valid(checked, locate) as object),
        [BODY]: taking?.admit === undefined ? value : taking.admit(value),
      }
    })
  })
}

// What is wrong many times over is refused without the schema library, once that has found one of it wrong.
function screened(
  schema: AnySchema,
  described: JsonSchema | null,
  data: unknown,
): Checked | Promise<Checked> {
  if (described === null || !isLarge(data) || !seemsWrong(described, data)) return check(schema, data)
  const wrong = wrongValues(described, data, MAX_ISSUES)
  if (wrong.length < MAX_ISSUES) return check(schema, data)
  return chain(isSurelyWrong(schema, data, wrong[0]!.path), (isSure) =>
    isSure ? { issues: toldOf(wrong) } : check(schema, data),
  )
}

function isSurelyWrong(schema: AnySchema, data: unknown, path: Path): boolean | Promise<boolean> {
  const at = pointerOf(pathInProbe(path))
  const isThere = (probed: Checked): boolean =>
    'issues' in probed && probed.issues.some(({ pointer }) => `${pointer}/`.startsWith(`${at}/`))
  try {
    const probed = check(schema, probeOf(data, path))
    return isPromise(probed) ? probed.then(isThere, () => false) : isThere(probed)
  } catch {
    return false // code of the app's that looks for what is not in the probe
  }
}

function below({ pointer, message }: Issue): Issue {
  return { pointer: `/${BODY}${pointer}`, message }
}

function valid(checked: Checked, locate: Locate): unknown {
  if ('issues' in checked) throw new Fault('input_invalid', { issues: locate(checked.issues) })
  return checked.value
}
