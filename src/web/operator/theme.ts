// Colours and sizes 主题: a darker blue and darker greys than antd's own, which fail the contrast of
// 4.5:1 on light backgrounds.

import type { ThemeConfig } from 'antd'

export const theme: ThemeConfig = {
  token: {
    colorPrimary: '#0958d9',
    colorLink: '#0958d9',
    colorInfo: '#0958d9',
    colorError: '#a8071a',
    colorSuccess: '#237804',
    colorWarning: '#ad4e00',
    colorErrorBg: '#fff1f0',
    colorErrorBorder: '#f3b7b5',
    colorSuccessBg: '#f1fbec',
    colorSuccessBorder: '#b7e3a1',
    colorWarningBg: '#fff6e8',
    colorWarningBorder: '#f0c896',
    colorInfoBg: '#e6f0ff',
    colorInfoBorder: '#a3c4f5',
    colorTextDescription: 'rgba(0,0,0,0.65)',
    colorTextTertiary: 'rgba(0,0,0,0.65)',
    colorTextPlaceholder: 'rgba(0,0,0,0.6)',
    colorBgLayout: '#f3f5f8',
    borderRadius: 6,
    fontFamily:
      '"PingFang SC", "Microsoft YaHei", "Noto Sans SC", "WenQuanYi Micro Hei", sans-serif',
  },
  components: {
    // Lighter, as antd has it, it fails the contrast while the pointer rests on it.
    Button: { defaultHoverColor: '#0958d9', defaultActiveColor: '#0958d9' },
    Badge: { colorError: '#a8071a' },
    Drawer: { paddingLG: 20 },
  },
}
