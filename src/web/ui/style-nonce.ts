// The page's nonce 内容安全策略: the server lets only styles with the nonce of this page apply. The
// component library passes it on for its theme, but not where it measures scroll bars or locks the
// page behind a dialog; so every style element made here gets it.

export const applyStyleNonce = (): string | undefined => {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce
  if (!nonce) return undefined
  const create = Document.prototype.createElement
  Object.defineProperty(document, 'createElement', {
    value: (name: string, options?: ElementCreationOptions): HTMLElement => {
      const made = create.call(document, name, options)
      if (made instanceof HTMLStyleElement) made.nonce = nonce
      return made
    },
  })
  return nonce
}
