// The API as its own document says it 接口文档: operations, what each takes and what each may answer.

import { isSchema, propertiesOf, type Schema } from './from-schema.ts'

export type Operation = {
  method: string
  /** With `{name}` for parameters. */
  path: string
  params: Schema
  query: Schema
  body: Schema | null
  /** By status, then by media type; null: no content. */
  answers: Record<string, Record<string, Schema> | null>
}

const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((found, key) => (isSchema(found) ? found[key] : undefined), value)

const parametersIn = (operation: Schema, place: string): Schema => {
  const all = Array.isArray(operation.parameters) ? operation.parameters : []
  const of = all.filter(isSchema).filter((one) => one.in === place)
  return {
    type: 'object',
    properties: Object.fromEntries(of.map(({ name, schema }) => [String(name), schema])),
    required: of.filter(({ required }) => required === true).map(({ name }) => String(name)),
  }
}

const answersOf = (operation: Schema): Operation['answers'] =>
  Object.fromEntries(
    Object.entries(isSchema(operation.responses) ? operation.responses : {}).map(
      ([status, answer]) => {
        const content = at(answer, 'content')
        if (!isSchema(content)) return [status, null]
        const schemas = Object.entries(content).flatMap(([type, media]): [string, Schema][] => {
          const schema = at(media, 'schema')
          return isSchema(schema) ? [[type, schema]] : []
        })
        return [status, Object.fromEntries(schemas)]
      },
    ),
  )

/** Every operation of an OpenAPI document, in its order. */
export const operationsOf = (document: unknown): Operation[] => {
  const paths = at(document, 'paths')
  return Object.entries(isSchema(paths) ? paths : {}).flatMap(([path, methods]) =>
    Object.entries(isSchema(methods) ? methods : {}).flatMap(([method, operation]) => {
      if (!isSchema(operation)) return []
      const body = at(operation, 'requestBody', 'content', 'application/json', 'schema')
      return [
        {
          ...{ method: method.toUpperCase(), path },
          params: parametersIn(operation, 'path'),
          query: parametersIn(operation, 'query'),
          body: isSchema(body) ? body : null,
          answers: answersOf(operation),
        },
      ]
    }),
  )
}

/** Names of parameters, in the order of the path. */
export const namesOf = (schema: Schema): string[] => propertiesOf(schema).map(([name]) => name)
