// The worst passwords 最常见弱密码, as data: those that are tried first, here and elsewhere. One with
// digits or signs around it, or letters written as digits, is the same word.

const WORDS = [
  ...['password', 'passwd', 'pass', 'passw', 'passphrase', 'secret', 'letmein', 'welcome', 'login'],
  ...['admin', 'administrator', 'root', 'user', 'guest', 'test', 'tester', 'demo', 'default'],
  ...['master', 'manager', 'operator', 'super', 'superman', 'system', 'sysadmin', 'server'],
  ...['changeme', 'temp', 'temporary', 'initial', 'firstpassword', 'newpassword', 'mypassword'],
  ...['qwerty', 'qwertyuiop', 'qwert', 'qwer', 'qwe', 'asdf', 'asdfgh', 'asdfghjkl', 'asd', 'zxc'],
  ...['zxcvbn', 'zxcvbnm', 'qazwsx', 'qazwsxedc', 'wasd', 'abc', 'abcd', 'abcdef', 'abcabc', 'aaa'],
  ...['aaaaaa', 'aa', 'a', 'q', 'qq', 'qqq', 'x', 'xx', 'zz', 'zzz', 'iloveyou', 'loveyou', 'love'],
  ...['monkey', 'dragon', 'sunshine', 'princess', 'football', 'baseball', 'shadow', 'michael'],
  ...['hello', 'helloworld', 'freedom', 'whatever', 'trustno', 'starwars', 'computer', 'internet'],
  ...['google', 'windows', 'microsoft', 'oracle', 'mysql', 'postgres', 'postgresql', 'linux'],
  ...['summer', 'winter', 'spring', 'autumn', 'monday', 'friday', 'january', 'december'],
  ...[
    'woaini',
    'woaiwojia',
    'woaini1314',
    'nihao',
    'zhang',
    'wang',
    'zhongguo',
    'china',
    'beijing',
  ],
  ...['shanghai', 'shenzhen', 'guangzhou', 'hangzhou', 'mima', 'kouling', 'guanliyuan', 'dianli'],
  ...['dianbiao', 'wuye', 'yufufei', 'yufudian', 'shoufei', 'caiwu', 'gongsi', 'caonima', 'laopo'],
  ...['prewatt', 'electricity', 'electric', 'meter', 'power', 'prepaid', 'energy', 'property'],
  ...['acrel', 'huawei', 'alibaba', 'tencent', 'wechat', 'weixin', 'alipay', 'taobao', 'baidu'],
]

/** Runs over the keyboard and dates of the heart, which hold digits of their own. */
const EXACT = [
  ...['1qaz2wsx', '1qaz2wsx3edc', '1q2w3e4r', '1q2w3e4r5t', '1q2w3e', 'q1w2e3r4', 'zaq12wsx'],
  ...[
    'qwe123',
    'qweasd',
    'qweasdzxc',
    'qwerty123456',
    'abc123456',
    'abcd1234',
    'a1b2c3d4',
    'aa123456',
  ],
  ...['1a2b3c4d', '123qwe', '123qweasd', '123456qwerty', '1234qwer', '12qwaszx', 'asd123456'],
  ...['5201314', 'woaini1314', 'woaini520', 'ab123456', 'qq123456', 'admin888', 'admin@123'],
  ...['passw0rd', 'p@ssw0rd', 'p@$$w0rd', 'pa$$w0rd', 'trustno1', 'letmein1', '888888a', '666666a'],
]

const WORST = new Set([...WORDS, ...EXACT])
const AS_LETTER: Record<string, string> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' },
}

const spelt = (text: string): string =>
  text.replaceAll(/[013457@$!]/g, (sign) => AS_LETTER[sign] ?? sign)

const LATIN_WORD_MIN = 4
const EDGES = /^[^\p{L}]+|[^\p{L}]+$/gu

/** What a password is once what dresses it up is taken off: `P@ssw0rd2026!` is `password`. */
const bareForms = (password: string): string[] => {
  const low = password.toLowerCase()
  const bare = low.replaceAll(EDGES, '')
  return [low, bare, spelt(bare), spelt(low).replaceAll(EDGES, '')]
}

/** True where the password is one of them, dressed up or not. */
export const isWorst = (password: string): boolean =>
  bareForms(password).some((form) => WORST.has(form))

const plainOf = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\d]/gu, '')
/** A Chinese character says as much as some letters: two of them are a word. */
const isWord = (word: string): boolean => /\p{Lo}{2}/u.test(word) || word.length >= LATIN_WORD_MIN

/**
 * True where the password holds one of these names, also in other letters; a short one only where
 * nothing but it is there.
 */
export const holdsName = (password: string, names: readonly string[]): boolean => {
  const forms = bareForms(password).map(plainOf)
  return names
    .map(plainOf)
    .filter((name) => name !== '')
    .some((name) => forms.some((form) => (isWord(name) ? form.includes(name) : form === name)))
}
