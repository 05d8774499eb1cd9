package io.flywheel.conformance;

/** A program that has something for every method. */
final class Program {
  static final String DOCUMENT =
      """
      name: Conformance
      time_zone: Asia/Shanghai
      presence: {heartbeat_interval: 5s, longest_silence: 60s}
      check_in:
        make_up_days: 7
        consecutive:
          - {count: 1, rewards: [{points: 10}, {coupon: {coupon_id: day, title: A day, valid_for: 7d}}]}
      tasks:
        - id: likes
          title: Likes
          trigger: like
          tiers:
            - {threshold: 3, rewards: [{points: 5}]}
            - {threshold: 100000, rewards: [{points: 50}]}
        - id: follow
          title: Follow
          trigger: follow
          payout: on_claim
          tiers:
            - {threshold: 1, rewards: [{points: 20}]}
        - id: share
          title: Share
          trigger: share
          tiers: [{threshold: 1, rewards: [{experience: 1}]}]
      levels:
        levels:
          - {id: bronze, title: Bronze, experience: 10, rewards: [{points: 5}]}
      seasons:
        - {id: month, title: Month, period: month, payout: on_claim, tiers: [{id: one, experience: 1, rewards: [{points: 1}]}]}
      tags:
        - {id: newcomer, title: Newcomer, condition: viewer.days_known < 7}
        - {id: guest-of-honor, title: Guest of honor}
      badges:
        - {id: liker, title: Liker, metric: {trigger: like}, tiers: [{threshold: 3}]}
        - {id: staff, title: Staff}
      mall:
        items:
          - id: mug
            title: Mug
            price: {points: 1}
            stock: 100
            fulfill_within: 2d
            viewer_may_cancel: true
      lotteries:
        - id: wheel
          title: Wheel
          cost: {points: 1}
          starts_at: 2026-01-01T00:00:00Z
          ends_at: 2099-01-01T00:00:00Z
          organizer: Tests, telephone 000
          delivery: At once
          prizes:
            - id: card
              title: Card
              odds: 500000
              value_minor: 1
              rewards: [{points: 1}]
      referral:
        gatherings:
          - {id: pair, title: Pair, people: 3, leader: [{points: 1}]}
        campaigns:
          - id: friends
            title: Friends
            rules:
              - {id: come, on: entered, inviter: [{points: 1}]}
      budgets:
        - {id: all, title: All, points: 1000000}
      boosters:
        boosters:
          - {id: double, title: Double, percent: 200, host_starts_for: 1h}
      room_draws:
        - id: bag
          title: Bag
          open_for: 1h
          entry: {trigger: like}
          organizer: Tests, telephone 000
          delivery: At once
          prizes:
            - {id: points, title: Points, rewards: [{points: 1}]}
      teams:
        teams: [{id: red, title: Red}, {id: blue, title: Blue}]
      leaderboards:
        - id: likers
          title: Likers
          metric: {trigger: like}
          scope: room
          period: day
        - id: ladder
          title: Ladder
          metric: {trigger: like}
          league: {divisions: [{id: low, title: Low}, {id: high, title: High}]}
      """;

  private Program() {}
}
