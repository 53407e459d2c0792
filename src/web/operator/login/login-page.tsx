// The log-in page 登录. It returns to the page that was asked for.

import { ThunderboltFilled } from '@ant-design/icons'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useText } from '../../text/i18n.ts'
import { InsecureBanner } from '../shell/insecure-banner.tsx'
import { LanguageSwitch } from '../shell/language-switch.tsx'
import { useForgetLastLogIn, useTellLastLogIn } from './last-log-in.tsx'
import styles from './login.module.css'
import { LoginForm } from './login-form.tsx'

const route = getRouteApi('/login')

export const LoginPage = () => {
  const { say } = useText()
  const navigate = useNavigate()
  const tell = useTellLastLogIn()
  useForgetLastLogIn()
  const { to } = route.useSearch()
  useEffect(() => {
    document.title = `${say('login.title')} · ${say('app.name')}`
  }, [say])
  // Only a path of ours: an address from outside must not choose where a clerk lands.
  const target = to?.startsWith('/') && !to.startsWith('//') ? to : '/'
  return (
    <div className={styles.page}>
      <div className={styles.language}>
        <LanguageSwitch />
      </div>
      <main className={styles.card}>
        <InsecureBanner />
        <div className={styles.brand}>
          <ThunderboltFilled aria-hidden />
          <h1>{say('app.name')}</h1>
          <p>{say('app.subtitle')}</p>
        </div>
        <LoginForm
          onDone={(session) => {
            tell(session)
            void navigate({ href: target, replace: true })
          }}
        />
      </main>
    </div>
  )
}
