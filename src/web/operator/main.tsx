// The operator console 操作台 starts here: language, theme, server state and routes.

import 'antd/dist/reset.css'
import './theme.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { App, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startText, useText } from '../text/i18n.ts'
import { applyStyleNonce } from '../ui/style-nonce.ts'
import { watchInput } from './api/presence.ts'
import { queryClient } from './api/query-client.ts'
import { router } from './router.tsx'
import { theme } from './theme.ts'
import 'dayjs/locale/zh-cn'

await startText()
watchInput()

const nonce = applyStyleNonce()

const Console = () => {
  const { language } = useText()
  dayjs.locale(language === 'zh' ? 'zh-cn' : 'en')
  return (
    <ConfigProvider
      locale={language === 'zh' ? zhCN : enUS}
      theme={theme}
      button={{ autoInsertSpace: false }}
      csp={nonce ? { nonce } : undefined}
    >
      <App className="app" message={{ maxCount: 3 }}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </App>
    </ConfigProvider>
  )
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  )
}
