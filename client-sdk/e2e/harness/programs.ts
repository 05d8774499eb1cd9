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
