package io.tesserae.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import picocli.CommandLine;

class SuiteTest {

    private static final String PAGE =
            "before\n<!-- table: one -->\nold\n<!-- end -->\nafter\n<!-- table: two -->\n<!-- end -->\n";

    private static ModelResult result(String workload, int threads, double faster) {
        Map<String, List<Timing>> timings = new LinkedHashMap<>();
        timings.put("Tesserae", List.of(new Timing(10, 9, 3), new Timing(100, 90, 3)));
        timings.put("A", List.of(new Timing(10 * faster, 9, 3), new Timing(300, 290, 3)));
        timings.put("B", List.of(new Timing(30, 29, 3), new Timing(100 * faster, 90, 3)));
        timings.put("C", List.of(new Timing(5, 4, 3), new Timing(50, 40, 3)));
        return new ModelResult("DistilBERT", threads, workload, 1, new Rounds(timings), Map.of("C", 0.0625));
    }

    @Test
    void aTableIsRewrittenBetweenItsMarkers() {
        MarkedDocument page = new MarkedDocument(Path.of("page.md"), PAGE);
        assertEquals(
                PAGE.replace("old", "| new |"), page.with("one", "| new |\n").text());
        String second = page.with("two", "x").with("two", "y").text();
        assertTrue(second.endsWith("<!-- table: two -->\ny\n<!-- end -->\n") && second.contains("\nold\n"), second);
    }

    @Test
    void aMissingMarkerIsNamedWithItsFile() {
        MarkedDocument page = new MarkedDocument(Path.of("page.md"), PAGE);
        var missing = assertThrows(IllegalArgumentException.class, () -> page.with("three", "x"));
        assertTrue(
                missing.getMessage().startsWith("page.md: expected a line \"<!-- table: three -->\""),
                missing::getMessage);
        MarkedDocument open = new MarkedDocument(Path.of("page.md"), PAGE.replaceFirst("<!-- end -->\n", ""));
        var endless = assertThrows(IllegalArgumentException.class, () -> open.require("one"));
        assertTrue(endless.getMessage().contains("<!-- end -->"), endless::getMessage);
        open.require("two");
    }

    @Test
    void theDocumentationHasAPlaceForEveryTable() {
        MarkedDocument page = MarkedDocument.read(Path.of("..", "docs", "performance.md"));
        for (Section section : Section.values()) {
            section.tables().forEach(page::require);
        }
    }

    /** In one round A was the faster peer, in the other B; C computes something else and is no peer. */
    @Test
    void theFasterPeerIsChosenInEachRound() {
        ModelResult result = result("1x16", 2, 1.25);
        assertEquals(List.of("A", "B"), result.peers());
        assertEquals(1.25, result.ratioOfFasterPeer());
        assertEquals((1.25 + 3) / 2, result.rounds().ratioToFirst("A"));
        String table = ModelResult.table(List.of(result));
        assertEquals("""
                | threads | workload | Tesserae, ms | A, ms | B, ms | A ÷ Tesserae | B ÷ Tesserae | faster peer ÷ Tesserae |
                |---|---|--:|--:|--:|--:|--:|--:|
                | 2 | 1x16 | 55.0 (9.0) | 156.3 (9.0) | 77.5 (29.0) | 2.13 | 2.13 | **1.25** |
                """, table);
        assertTrue(ModelResult.inexactTable(List.of(result)).contains("| 2 | 1x16 | C | 27.5 (4.0) | 0.50 | 0.063 |"));
    }

    @Test
    void resultsAreReadAsTheyWereWritten(@TempDir Path folder) throws Exception {
        Results results = new Results(folder);
        ModelResult written = result("1x16", 2, 1.25);
        Files.writeString(results.file(Section.DISTILBERT, 2), new Gson().toJson(List.of(written)));
        assertEquals(List.of(written), results.read(Section.DISTILBERT, List.of(2), ModelResult[].class));
        assertEquals(List.of(written), results.sideBySide(List.of(2, 1)), "what was not measured is not drawn");
        assertEquals(
                "Tesserae", results.sideBySide(List.of(2)).getFirst().rounds().first());
    }

    @Test
    void theChartIsXmlWithABarForEachThreadCountAndALineAtOne() throws Exception {
        String drawing = PerformanceChart.draw(
                List.of(result("1x16 <&\">", 2, 1.25), result("1x16 <&\">", 1, 0.75), result("8x128", 2, 2.25)));
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(drawing)));
        // Two keys of the legend, and three bars.
        assertEquals(5, document.getElementsByTagName("rect").getLength());
        assertTrue(document.getDocumentElement().getTextContent().contains("DistilBERT, 1x16 <&\">"));
        assertEquals(1, drawing.split("class=\"one\"", -1).length - 1);
        assertTrue(drawing.contains("prefers-color-scheme: dark"), "for dark pages too");
        assertEquals("a &lt; b &amp; &quot;c&quot; &gt; d", Svg.escape("a < b & \"c\" > d"));
    }

    private static String complaint(String... arguments) {
        StringWriter complaints = new StringWriter();
        CommandLine commandLine = Suite.commandLine().setErr(new PrintWriter(complaints));
        assertFalse(commandLine.execute(arguments) == CommandLine.ExitCode.OK);
        return complaints.toString();
    }

    @Test
    void wrongArgumentsAreNamed(@TempDir Path folder) throws Exception {
        assertTrue(complaint("--only", "vit,bert").contains("'bert'"));
        assertTrue(complaint("--rounds", "0").startsWith("--rounds: expected 1 or more, found 0"));
        assertTrue(complaint("--seconds", "0").startsWith("--seconds: expected more than 0"));
        assertTrue(complaint("--threads", "2,0").startsWith("--threads: expected 1 or more, found [2, 0]"));
        assertTrue(complaint("--only", "corpus").startsWith("--only corpus: needs --texts"));
        assertTrue(complaint("--hurry").contains("--hurry"));
        Path page = Files.writeString(folder.resolve("page.md"), "no markers");
        String complaint = complaint("--only", "vit", "--document", page.toString());
        assertTrue(complaint.contains(page.toString()) && complaint.contains("<!-- table: vit -->"), complaint);
    }

    @Test
    void aSectionIsStartedWithWhatItNeeds() {
        List<String> words = SectionCommand.of(Section.VIT, 1, Path.of("out.json"))
                .with("--model", null)
                .with("--rounds", 3)
                .words();
        assertFalse(words.contains("--model"));
        assertEquals(List.of("--rounds", "3"), words.subList(words.size() - 2, words.size()));
        assertEquals(Machine.onOneCore().isEmpty() ? -1 : 0, words.indexOf("taskset"));
        assertEquals(
                -1,
                SectionCommand.of(Section.VIT, 2, Path.of("out.json")).words().indexOf("taskset"));
    }
}
