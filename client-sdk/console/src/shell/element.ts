import { ElConfigProvider as ConfigProvider } from "element-plus/es/components/config-provider/index.mjs";
import { ElOption as Option, ElSelect } from "element-plus/es/components/select/index.mjs";
import type { Language } from "element-plus/es/locale/index.mjs";
import type { DefineComponent } from "vue";

// Element Plus declares these two without the types of their properties.
export const ElOption = Option as unknown as DefineComponent<{ value: string | number; label: string }>;
export const ElConfigProvider = ConfigProvider as unknown as DefineComponent<{ locale: Language }>;
export { ElSelect };
