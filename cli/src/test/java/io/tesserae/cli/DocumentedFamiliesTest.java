package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.documents.Page;
import io.tesserae.families.Families;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of families on the page is the list of families in the code. */
class DocumentedFamiliesTest {

    private static final String HEADING = "## The families that run";

    @Test
    void theTableIsTheList() {
        List<String> expected = new ArrayList<>();
        for (ModelFamily family : Families.ALL.list()) {
            for (ModelType type : family.modelTypes()) {
                String classes = family.heads().suffixes().stream()
                        .map(suffix -> "`" + type.classPrefix() + suffix + "`")
                        .collect(Collectors.joining(", "));
                String input = switch (family.input()) {
                    case TOKENS -> "texts";
                    case PIXELS -> "pictures";
                    case PIXELS_AND_TOKENS -> "pictures and texts";
                    case ARRAYS -> "numbers";
                    case EPISODES -> "episodes, texts, photos";
                    case STREAMS -> "streams";
                    case BY_HEAD -> "by the class";
                };
                expected.add("| `" + type.name() + "` | " + input + " | " + classes + " |");
            }
        }
        assertEquals(String.join("\n", expected), String.join("\n", rows()), "the rows of the table in the page");
    }

    /** Rows of the table below the heading that name a model type. */
    private static List<String> rows() {
        List<String> lines = Page.named("docs/adding-a-family.md").lines();
        int from = lines.indexOf(HEADING) + 1;
        int to = from;
        while (to < lines.size() && !lines.get(to).startsWith("## ")) {
            to++;
        }
        return lines.subList(from, to).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
    }
}
