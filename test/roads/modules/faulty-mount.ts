import { type App, mount, text } from 'hagaki'

export default mount({ api: (() => text('')) as App })
