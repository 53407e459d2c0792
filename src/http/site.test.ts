import { describe, expect, test } from 'vitest'
import { contentSecurityPolicy, pagePolicy } from './csp.ts'
import { isPage, withNonce } from './site.ts'

describe('an address that a person opens', () => {
  test.each([
    ['/', true],
    ['/accounts/12?tab=meters', true],
    ['/api/v1/nothing', false],
    ['/docs', false],
    ['/metrics', false],
    ['/assets/main-1a2b.js', false],
    ['/apiary', true],
  ])('%s is a page: %s', (url, expected) => {
    expect(isPage('GET', url, 'text/html,*/*')).toBe(expected)
  })
  test('is asked for by GET and as HTML', () => {
    expect(isPage('POST', '/board', 'text/html')).toBe(false)
    expect(isPage('GET', '/board', 'application/json')).toBe(false)
  })
})

describe('the content security policy', () => {
  test('allows no other origin, no inline script and no frame', () => {
    const policy = contentSecurityPolicy()
    expect(policy).not.toMatch(/https?:|unsafe|\*/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("object-src 'none'")
    expect(policy).toContain("base-uri 'none'")
  })
  test('of a page names the nonce that the page carries', () => {
    const html = withNonce('<!doctype html><html><head><title>x</title>', 'abc123')
    expect(html).toContain('<head><meta property="csp-nonce" nonce="abc123">')
    expect(pagePolicy('abc123')).toContain("style-src 'self' 'nonce-abc123'")
  })
})
