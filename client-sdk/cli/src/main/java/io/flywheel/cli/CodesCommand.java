package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.CodePool;
import io.flywheel.v1.CouponServiceGrpc;
import io.flywheel.v1.ImportCodesRequest;
import io.flywheel.v1.ImportCodesResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "codes",
    mixinStandardHelpOptions = true,
    description = "Codes of the shop's coupons.",
    subcommands = CodesCommand.Import.class)
final class CodesCommand {
  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = {
        "Takes in a list of codes, which are given out in their order. Codes that were taken in"
            + " before are passed over, so that it may be run again.",
        "The file has a code a line, or is a CSV file whose first column has them; empty lines and"
            + " those that begin with # are passed over, and so is a heading such as \"code\" or"
            + " \"coupon_code\" in the first line."
      })
  static final class Import implements Callable<Integer> {
    private static final Pattern CODE = Pattern.compile("[!-~]{4,64}");

    /** What shops call the column of codes. */
    private static final Pattern HEADING =
        Pattern.compile(
            "(coupon|voucher|promo|discount|gift)?[ _-]?(codes?|coupons?|vouchers?)",
            Pattern.CASE_INSENSITIVE);

    private static final int AT_ONCE = 1_000;

    @Mixin private Connection connection = new Connection();

    @Option(
        names = "--coupon",
        paramLabel = "ID",
        required = true,
        description = "The coupon, by the id that rewards name.")
    private String coupon = "";

    @Parameters(paramLabel = "FILE", description = "The list; - for standard input.")
    private String file = "-";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
      List<String> codes = read();
      PrintWriter out = spec.commandLine().getOut();
      int imported = 0;
      CodePool pool = CodePool.getDefaultInstance();
      try (FlywheelClient client = connection.open()) {
        for (int from = 0; from < codes.size(); from += AT_ONCE) {
          ImportCodesResponse response =
              client.call(
                  CouponServiceGrpc.getImportCodesMethod(),
                  ImportCodesRequest.newBuilder()
                      .setCouponId(coupon)
                      .addAllCodes(codes.subList(from, Math.min(from + AT_ONCE, codes.size())))
                      .build());
          imported += response.getImported();
          pool = response.getPool();
        }
      }
      out.println(
          String.format(
              Locale.ROOT,
              "%d of %d codes are new; %s has %d, of which %d were given",
              imported,
              codes.size(),
              coupon,
              pool.getImported(),
              Math.min(pool.getGiven(), pool.getImported())));
      if (pool.getGiven() > pool.getImported()) {
        out.println(pool.getGiven() - pool.getImported() + " viewers wait for a code");
      }
      return 0;
    }

    /** All of the list is looked at before anything of it is sent. */
    private List<String> read() throws IOException {
      PrintWriter err = spec.commandLine().getErr();
      List<String> codes = new ArrayList<>();
      try (BufferedReader lines =
          file.equals("-")
              ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
              : Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          number++;
          String code = firstColumn(line);
          if (code.isEmpty() || code.startsWith("#")) {
            continue;
          }
          if (number == 1 && HEADING.matcher(code).matches()) {
            err.println(file + ":1: \"" + code + "\" is taken for the heading of the column");
            continue;
          }
          if (!CODE.matcher(code).matches()) {
            throw new InputException(
                file
                    + ":"
                    + number
                    + ": \""
                    + code
                    + "\" (expected: a code of 4 to 64 printable characters without blanks)");
          }
          codes.add(code);
        }
      }
      if (codes.isEmpty()) {
        throw new InputException(file + ": no codes (expected: a code a line)");
      }
      return codes;
    }

    private static String firstColumn(String line) {
      String text = line.startsWith("\uFEFF") ? line.substring(1) : line;
      int end = text.indexOf(',');
      String column = (end < 0 ? text : text.substring(0, end)).trim();
      boolean isQuoted = column.length() > 1 && column.startsWith("\"") && column.endsWith("\"");
      return isQuoted ? column.substring(1, column.length() - 1) : column;
    }
  }
}
