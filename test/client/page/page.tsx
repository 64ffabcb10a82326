/**
 * A page on the typed client: lists, adds, removes, cancels, uploads with progress, follows a stream. It
 * imports types of the service and nothing else of it.
 *
 * @module
 */
import {
  QueryClient,
  QueryClientProvider,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { client, failureOf, http, issuesOf, type Progress, upload, type WrittenContract } from 'hagaki/client'
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { Board, Gone } from './board.ts'

const contract = (await (await fetch('/contract.json')).json()) as WrittenContract
const api = client<Board>(contract, http('/api', { upload }))
const gone = failureOf<typeof Gone>('note_gone')

function Notes(): ReactElement {
  const queries = useQueryClient()
  const changed = (): Promise<void> => queries.invalidateQueries({ queryKey: api.list.key() })
  const list = useQuery({
    queryKey: api.list.key(),
    queryFn: ({ signal }) => api.list(undefined, { signal }),
  })
  const add = useMutation({ mutationFn: (text: string) => api.add({ text }), onSuccess: changed })
  const remove = useMutation({ mutationFn: (id: number) => api.remove({ id }), onSettled: changed })

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    add.mutate(String(new FormData(event.currentTarget).get('text')))
  }
  return (
    <section>
      <ul id="notes">
        {list.data?.map(({ id, text }) => (
          <li key={id}>
            {text} <button onClick={() => remove.mutate(id)}>Remove {text}</button>
          </li>
        ))}
      </ul>
      <form onSubmit={submit}>
        <input name="text" aria-label="Text" />
        <button>Add</button>
        {issuesOf(add.error).map(({ pointer, message }) => (
          <p key={pointer} id="issue">
            {pointer}: {message}
          </p>
        ))}
      </form>
      <p id="failure">{gone.is(remove.error) && `Note ${remove.error.data.id} is gone`}</p>
    </section>
  )
}

function Waiting(): ReactElement {
  const [controller, setController] = useState<AbortController | null>(null)
  const [told, setTold] = useState('')
  const wait = (): void => {
    const started = new AbortController()
    setController(started)
    api.wait(undefined, { signal: started.signal }).catch((error: unknown) => setTold(String(error)))
  }
  return (
    <section>
      <button onClick={wait}>Wait</button>
      <button onClick={() => controller?.abort('changed my mind')}>Cancel</button>
      <p id="told">{told}</p>
    </section>
  )
}

function Picture(): ReactElement {
  const [steps, setSteps] = useState<readonly Progress[]>([])
  const draw = useMutation({
    mutationFn: (file: File) =>
      api.draw(file, { onProgress: (progress) => setSteps((before) => [...before, progress]) }),
  })
  const last = steps.at(-1)
  return (
    <section>
      <input
        type="file"
        aria-label="Picture"
        onChange={({ currentTarget: { files } }) => files?.[0] && draw.mutate(files[0])}
      />
      <progress value={last?.sent ?? 0} max={last?.total ?? 1} />
      <output id="steps">{JSON.stringify(steps)}</output>
      <output id="drawn">{draw.data?.bytes}</output>
      <output id="refused">{draw.error?.message}</output>
    </section>
  )
}

function Feed(): ReactElement {
  const [seen, setSeen] = useState<readonly string[]>([])
  const following = useRef<AbortController | null>(null)
  useEffect(() => {
    const controller = new AbortController()
    following.current = controller
    const follow = async (): Promise<void> => {
      for await (const { text } of api.feed(undefined, { signal: controller.signal }))
        setSeen((before) => [...before, text])
    }
    follow().catch((error: unknown) => setSeen((before) => [...before, `(${String(error)})`]))
    return () => controller.abort('left')
  }, [])
  return (
    <section>
      <output id="feed">{seen.join(' ')}</output>
      <button onClick={() => following.current?.abort('enough')}>Leave</button>
    </section>
  )
}

createRoot(document.getElementById('root')!).render(
  <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
    <Notes />
    <Waiting />
    <Picture />
    <Feed />
  </QueryClientProvider>,
)
