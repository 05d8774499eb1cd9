import { texts } from "../../core/texts.js";

export default texts(
  {
    experience: "经验",
    privileges: "特权",
    badges: "徽章",
    grants: "权益",
    noGrants: "还没有权益",
    expires: "有效期至",
    none: "无",
    fact: {
      grantRevoked: "已收回 {reward}",
      ticketsBooked: "抽奖券 {sign}{amount}，剩余 {balance}",
      grantIssued: "发放 {reward}",
    },
  },
  {
    experience: "Experience",
    privileges: "Privileges",
    badges: "Badges",
    grants: "Grants",
    noGrants: "No grants yet",
    expires: "Expires",
    none: "None",
    fact: {
      grantRevoked: "Took back {reward}",
      ticketsBooked: "Tickets {sign}{amount}, {balance} left",
      grantIssued: "Granted {reward}",
    },
  },
);
