import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      MallItem: {
        what: "商品",
        price: "价格",
        gives: "发放方式",
        limits: "库存与限购",
        sale: "开售时间",
      },
    },
    summary: {
      items: "{count} 件商品",
      delivered: "商家发货",
      stock: "库存 {count}",
    },
    field: {
      Program: {
        mall: { label: "商城" },
      },
      MallRules: {
        items: { label: "商品" },
      },
      MallItem: {
        id: {
          label: "商品编号",
          help: "小写字母开头。销量记在编号下，改编号等于新商品。",
          example: "fan-badge",
        },
        title: { label: "商品名称" },
        description: { label: "商品说明" },
        category: { label: "分类", help: "同一分类的商品排在一起，如“优惠券”。" },
        picture_url: {
          label: "图片地址",
          help: "以 https:// 开头，最多 500 个字符。",
          example: "https://…",
        },
        price: { label: "价格" },
        member_prices: { label: "会员价", help: "按顺序取第一个符合条件的价格，最多 10 个。" },
        rewards: {
          label: "兑换后立即发放",
          help: "不添加奖励，就是由商家发货的商品。",
        },
        delivery_fields: {
          label: "兑换时需填写",
          help: "如收货地址、手机号，最多 10 项。",
        },
        fulfill_within: {
          label: "发货期限",
          help: "1 小时到 90 天，默认 14d。逾期未发货会自动取消并退还。",
        },
        viewer_may_cancel: { label: "发货前观众可取消", help: "取消后价格原路退还。" },
        stock: {
          label: "总库存",
          help: "从首次售出起累计，1 到 10 亿；留空不限。退还的会补回库存。",
        },
        limit: { label: "每人限购", help: "关闭则不限次数。" },
        cooldown: { label: "兑换间隔", help: "兑换后隔多久才能再兑，最长 365 天；留空不限。" },
        audience: {
          label: "哪些观众可兑换（CEL）",
          help: "留空表示所有人。",
          example: '"vip" in viewer.privileges',
        },
        sale_starts_at: { label: "开售时间", help: "之前显示为即将开售；留空表示已开售。" },
        sale_ends_at: { label: "停售时间", help: "留空表示长期销售。" },
      },
      MemberPrice: {
        audience: {
          label: "哪些观众（CEL）",
          example: '"vip" in viewer.privileges',
        },
        price: { label: "会员价" },
      },
      DeliveryField: {
        name: {
          label: "名称",
          help: "订单数据中的字段名，小写字母开头。",
          example: "address",
        },
        label: { label: "观众看到的标签" },
        optional: { label: "选填" },
        max_length: { label: "最长字数", help: "1 到 500，默认 200。", example: "200" },
      },
    },
    add: {
      MallItem: "添加商品",
      MemberPrice: "添加会员价",
      DeliveryField: "添加填写项",
    },
  },
  {
    group: {
      MallItem: {
        what: "Item",
        price: "Price",
        gives: "What the viewer gets",
        limits: "Stock and limits",
        sale: "Time of the sale",
      },
    },
    summary: {
      items: "{count} mall item | {count} mall items",
      delivered: "delivered by you",
      stock: "stock of {count}",
    },
    field: {
      Program: {
        mall: { label: "Mall" },
      },
      MallRules: {
        items: { label: "Items" },
      },
      MallItem: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter. Sales are counted under it: another id is another item.",
          example: "fan-badge",
        },
        title: { label: "Title" },
        description: { label: "Description" },
        category: { label: "Shelf", help: "Items of one shelf stand together, such as “Coupons”." },
        picture_url: {
          label: "Picture address",
          help: "Begins with https://, at most 500 characters.",
          example: "https://…",
        },
        price: { label: "Price" },
        member_prices: {
          label: "Member prices",
          help: "The first whose condition holds counts; at most 10.",
        },
        rewards: {
          label: "Given at once",
          help: "Without rewards, it is an item that you deliver.",
        },
        delivery_fields: {
          label: "Asked for when redeemed",
          help: "Such as an address or a phone number; at most 10.",
        },
        fulfill_within: {
          label: "Deliver within",
          help: "1 hour to 90 days, default 14d. Later, the order is cancelled and refunded by itself.",
        },
        viewer_may_cancel: {
          label: "Viewers may cancel before delivery",
          help: "The price goes back to them.",
        },
        stock: {
          label: "Stock in all",
          help: "From the first sale on, 1 to 1,000,000,000; empty: no limit. What is refunded comes back.",
        },
        limit: { label: "Limit for each viewer", help: "Off: any number of times." },
        cooldown: {
          label: "Wait between redemptions",
          help: "For the same viewer, up to 365 days. Empty: none.",
        },
        audience: {
          label: "Who may redeem it (CEL)",
          help: "Empty: everyone.",
          example: '"vip" in viewer.privileges',
        },
        sale_starts_at: {
          label: "Sale begins",
          help: "Until then viewers see that it is coming. Empty: it is on.",
        },
        sale_ends_at: { label: "Sale ends", help: "Empty: it does not." },
      },
      MemberPrice: {
        audience: {
          label: "For which viewers (CEL)",
          example: '"vip" in viewer.privileges',
        },
        price: { label: "Member price" },
      },
      DeliveryField: {
        name: {
          label: "Name",
          help: "As it stands in the order's data; begins with a lower-case letter.",
          example: "address",
        },
        label: { label: "Label that viewers see" },
        optional: { label: "Optional" },
        max_length: { label: "Most characters", help: "1 to 500, default 200.", example: "200" },
      },
    },
    add: {
      MallItem: "Add item",
      MemberPrice: "Add member price",
      DeliveryField: "Add field",
    },
  },
);
