import { describe, expect, test } from 'vitest'
import { isWeak, refuseWeak } from './password-rules.ts'
import { PROFILES } from './policy.ts'

const rules = {
  ...PROFILES.mlps,
  passwordLengthMin: 8,
  passwordKindsMin: 2,
  username: 'clerk-li',
  names: ['王敏', '锦绣城购物中心', 'Brocade Mall', 'AB'],
}

describe('a password', () => {
  test.each([
    ['short-1', 'password_too_short'],
    ['密码七个字符1', 'password_too_short'],
    ['alllowercase', 'password_too_weak'],
    ['12345678', 'password_too_weak'],
    ['        ', 'password_too_weak'],
    ['Clerk-li-2026', 'password_holds_username'],
    ['Password1', 'password_too_common'],
    ['P@ssw0rd2026!', 'password_too_common'],
    ['1qaz2wsx', 'password_too_common'],
    ['Woaini1314', 'password_too_common'],
    ['Prewatt@2026', 'password_too_common'],
    ['myPrewatt@here7', 'password_holds_name'],
    ['预付电2026号楼', 'password_holds_name'],
    ['锦绣城购物中心2026', 'password_holds_name'],
    ['Brocade-Mall#2026', 'password_holds_name'],
    ['Br0cadeM@ll2026', 'password_holds_name'],
    ['WangMin@2026', 'password_holds_name'],
    ['王敏的密码2026', 'password_holds_name'],
    ['AB-202620', 'password_holds_name'],
  ])('like %j is refused: %s', (word, code) => {
    expect(() => refuseWeak(word, rules)).toThrow(code)
    expect(isWeak(word, rules)).toBe(true)
  })
  test.each([
    'Correct-horse-7',
    '收费员密码2026号',
    'two words',
    'Password to the old mill 7',
    'Abacus-and-lamp-7',
  ])('like %j is good', (word) => {
    expect(() => refuseWeak(word, rules)).not.toThrow()
    expect(isWeak(word, rules)).toBe(false)
  })
  test('of fewer characters than the installation asks for is too short', () => {
    const longer = { ...rules, passwordLengthMin: 16 }
    expect(() => refuseWeak('Correct-horse-7', longer)).toThrow('password_too_short')
  })
  test('is mixed as the profile says: three kinds in mlps, none asked for in asvs', () => {
    const mlps = { ...rules, ...PROFILES.mlps }
    const asvs = { ...rules, ...PROFILES.asvs }
    expect(() => refuseWeak('correct-horse', mlps)).toThrow('password_too_weak')
    expect(() => refuseWeak('Correct-horse', mlps)).not.toThrow()
    expect(() => refuseWeak('correcthorsebattery', asvs)).not.toThrow()
    expect(() => refuseWeak('Correct-horse', asvs)).toThrow('password_too_short')
  })
})
