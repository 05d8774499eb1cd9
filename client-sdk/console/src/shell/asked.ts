import { useRoute } from "vue-router";

/** What the page's address asks for, by name; empty: nothing. */
export function useAsked(): (name: string) => string {
  const route = useRoute();
  return (name) => {
    const value = route.query[name];
    return typeof value === "string" ? value : "";
  };
}
