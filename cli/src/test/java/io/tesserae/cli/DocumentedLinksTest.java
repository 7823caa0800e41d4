package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.documents.Page;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** What the pages point to is there, and their XML is well-formed. */
class DocumentedLinksTest {

    @Test
    void everyLinkLeadsToAFileAndToAHeading() {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Page page : Page.all()) {
            for (Page.Link link : page.links()) {
                if (link.target().matches("(https?|mailto):.*")) {
                    continue;
                }
                links++;
                String[] parts = link.target().split("#", 2);
                Path target = parts[0].isEmpty()
                        ? page.file()
                        : page.file().resolveSibling(parts[0]).normalize();
                String place = page.name() + ":" + link.line() + ": " + link.target();
                if (!Files.exists(target)) {
                    broken.add(place + ": no such file");
                } else if (parts.length == 2
                        && !Page.named(Page.ROOT.relativize(target).toString())
                                .anchors()
                                .contains(parts[1])) {
                    broken.add(place + ": no such heading");
                }
            }
        }
        assertEquals("", String.join("\n", broken), "links that lead nowhere");
        assertTrue(links > 100, "only " + links + " links found");
    }

    @Test
    void xmlIsWellFormed() throws Exception {
        int fragments = 0;
        for (Page page : Page.all()) {
            for (Page.Block block : page.blocks()) {
                if (block.language().equals("xml")) {
                    fragments++;
                    try {
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(new InputSource(new StringReader("<fragment>" + block.text() + "</fragment>")));
                    } catch (org.xml.sax.SAXException e) {
                        throw new AssertionError(block.where() + ": " + e.getMessage() + "\n" + block.text(), e);
                    }
                }
            }
        }
        assertTrue(fragments > 0);
    }
}
