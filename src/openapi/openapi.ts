/**
 * What a service offers, as an OpenAPI document. This entry imports nothing of Node.
 *
 * @module
 */
export { type DocsPageOptions, docsPage } from './docs-page.ts'
export type { OpenApiDocument, Operation, ServerObject } from './document.ts'
export { type OpenApiInfo, openapi } from './write.ts'
