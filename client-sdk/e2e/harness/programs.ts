/** A program whose steps are short enough to be walked through by hand. */
export const SHORT_STEPS = `
name: Short steps
time_zone: Asia/Shanghai
presence: { heartbeat_interval: 5s, longest_silence: 60s }
check_in:
  consecutive:
    - { count: 1, rewards: [{ points: 10 }] }
    - { count: 7, rewards: [{ coupon: { coupon_id: week, title: { zh: 七日券, en: Week coupon } } }] }
tasks:
  - id: likes
    title: { zh: 点赞, en: Likes }
    trigger: like
    tiers:
      - { threshold: 3, rewards: [{ points: 5 }] }
      - { threshold: 100, rewards: [{ points: 50 }] }
  - id: watch
    title: { zh: 看直播, en: Watch }
    trigger: watch
    window: day
    tiers:
      - { threshold: 5s, rewards: [{ points: 7 }] }
      - { threshold: 15m, rewards: [{ points: 30 }] }
  - id: comments
    title: { zh: 评论, en: Comments }
    trigger: comment
    payout: on_claim
    tiers:
      - { threshold: 1, rewards: [{ points: 20 }] }
  - id: secret
    title: { zh: 隐藏, en: Secret }
    trigger: share
    hidden: true
    requires: [comments]
    tiers:
      - { threshold: 1, rewards: [{ badge: { badge_id: finder, title: { zh: 发现者, en: Finder } } }] }
`;

/** A mall, a board and a lottery, whose first draw wins the one big prize; to be added to a program. */
export const MALL_AND_BOARDS = `
mall:
  items:
    - id: badge
      title: { zh: 铁粉徽章, en: Fan badge }
      category: { zh: 虚拟礼品, en: Digital }
      price: { points: 50 }
      rewards: [{ badge: { badge_id: fan, title: { zh: 铁粉, en: Fan } } }]
      limit: { count: 1 }
    - id: tea
      title: { zh: 手工红茶, en: Handmade tea }
      description: { zh: 50 克一罐, en: A tin of 50 g }
      category: { zh: 实物, en: Goods }
      price: { points: 100 }
      stock: 1
      viewer_may_cancel: true
      delivery_fields:
        - { name: address, label: { zh: 收货地址, en: Address } }
    - id: lamp
      title: { zh: 台灯, en: Lamp }
      category: { zh: 实物, en: Goods }
      price: { points: 9000 }
leaderboards:
  - id: likers
    title: { zh: 点赞榜, en: Likers }
    metric: { trigger: like }
    scope: room
    period: day
    prizes: [{ last_position: 1, rewards: [{ points: 30 }] }]
lotteries:
  - id: wheel
    title: { zh: 转盘, en: Lucky wheel }
    cost: { points: 20 }
    starts_at: 2020-01-01T00:00:00Z
    ends_at: 2099-01-01T00:00:00Z
    organizer: { zh: 小店, en: A shop }
    delivery: { zh: 立即到账, en: Credited at once }
    consolation: [{ points: 1 }]
    pity: { misses: 2, prize_id: small }
    prizes:
      - { id: big, title: { zh: 大奖, en: Big prize }, odds: 999999, stock: 1, value_minor: 9900, rewards: [{ points: 100 }] }
      - { id: small, title: { zh: 小奖, en: Small prize }, odds: 1, rewards: [{ points: 10 }] }
`;

/** A campaign that pays both for coming and whoever invited for orders; to be added to a program. */
export const REFERRAL = `
referral:
  gatherings:
    - { id: help, title: { zh: 双人助力, en: Two open it }, people: 2, leader: [{ points: 500 }], others: [{ points: 10 }] }
  campaigns:
    - id: friends
      title: { zh: 邀请好友, en: Bring a friend }
      rules:
        - { id: come, on: entered, inviter: [{ points: 100 }], invitee: [{ points: 50 }] }
        - { id: buy, on: ordered, points_per_100_minor: 10 }
`;
