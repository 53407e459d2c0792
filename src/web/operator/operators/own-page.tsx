// My account 我的账户: password, second factor, language, sessions and tokens of who is logged in.

import { useMutation } from '@tanstack/react-query'
import { App, Select } from 'antd'
import type { Session } from '../../../http/contract/operators.ts'
import { type Language, setLanguage, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { call } from '../api/client.ts'
import { useSessionState } from '../api/session-store.ts'
import { PasswordForm } from '../login/password-form.tsx'
import { LANGUAGES } from './languages.ts'
import styles from './operators.module.css'
import { OwnSessions } from './own-sessions.tsx'
import { OwnTokens } from './own-tokens.tsx'
import { PasskeyCard } from './passkey-card.tsx'
import { TotpCard } from './totp-card.tsx'

const LanguageChoice = () => {
  const { language } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const choose = useMutation({
    mutationFn: async (chosen: Language) => {
      await call('/session', { method: 'PATCH', body: { language: chosen } })
      await setLanguage(chosen)
    },
    onError: (error) => void message.error(words(problemOf(error))),
  })
  const { say } = useText()
  return (
    <Select
      aria-label={say('op.language')}
      value={language}
      options={[...LANGUAGES]}
      onChange={(chosen: Language) => choose.mutate(chosen)}
    />
  )
}

const LastLogIn = ({ lastLogIn }: Pick<Session, 'lastLogIn'>) => {
  const { say } = useText()
  if (lastLogIn === null) return say('me.firstLogIn')
  return (
    <>
      <When at={lastLogIn.at} /> <Name>{lastLogIn.from ?? ''}</Name>
    </>
  )
}

export const OwnPage = () => {
  const { say } = useText()
  const { session } = useSessionState()
  const { message } = App.useApp()
  if (!session) return null
  const { operator } = session
  return (
    <Page title={say('me.title')}>
      <div className={styles.columns}>
        <Card>
          <Facts
            rows={[
              [say('login.username'), <Name key="u">{operator.username}</Name>],
              [say('op.name'), <Name key="n">{operator.name}</Name>],
              [say('op.language'), <LanguageChoice key="l" />],
              [say('me.lastLogIn'), <LastLogIn key="t" lastLogIn={session.lastLogIn} />],
              operator.passwordUntil === null
                ? null
                : [say('me.passwordUntil'), <When key="p" at={operator.passwordUntil} />],
            ]}
          />
        </Card>
        <Card title={say('login.change')}>
          <PasswordForm onDone={() => void message.success(say('me.passwordChanged'))} />
        </Card>
        <TotpCard enrolled={operator.totp} />
      </div>
      <PasskeyCard />
      <OwnSessions />
      <OwnTokens />
    </Page>
  )
}
