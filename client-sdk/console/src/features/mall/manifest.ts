import type { Manifest } from "../../core/feature.js";

const orders = { zh: "订单与发货", en: "Orders" };
const items = { zh: "商品与库存", en: "Items and stock" };

export default {
  area: "mall",
  order: 10,
  pages: [
    { route: "mall-orders", title: orders },
    { route: "mall-items", title: items },
  ],
  routes: [
    {
      path: "mall/orders",
      name: "mall-orders",
      meta: { title: orders },
      component: () => import("./OrdersView.vue"),
    },
    {
      path: "mall/items",
      name: "mall-items",
      meta: { title: items },
      component: () => import("./ItemsView.vue"),
    },
  ],
  enabled: (program) => program.mall !== undefined,
} satisfies Manifest;
