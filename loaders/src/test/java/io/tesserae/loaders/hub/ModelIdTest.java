package io.tesserae.loaders.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelIdTest {

    @Test
    void namesHaveARevisionOrNot() {
        assertEquals(new ModelId("bert-base-uncased", "main"), ModelId.parse("bert-base-uncased"));
        assertEquals(new ModelId("a/b", "refs/pr/1"), ModelId.parse("a/b@refs/pr/1"));
        assertEquals("a/b", ModelId.parse("a/b@main").toString());
        assertEquals("a/b@v1", ModelId.parse("a/b@v1").toString());
        assertTrue(ModelId.parse("a/b@" + "0123456789".repeat(4)).isCommit());
        assertFalse(ModelId.parse("a/b@0123456").isCommit());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a/",
                "/a",
                "a/b/c",
                "..",
                "a/..",
                "../a",
                "a..b",
                "a--b",
                "a/b.git",
                "a/b-",
                "a/b.",
                ".a",
                "-a",
                "a b",
                "a\\b",
                "a/b@",
                "a/b@..",
                "a/b@x/../y",
                "a/b@/x",
                "a/b@x/",
                "a/b@-x",
                "a/b@x y",
                "a/b@x@y",
                "ä/b",
                "a/b@x\n"
            })
    void whatCannotBeANameIsRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> ModelId.parse(name));
    }

    @Test
    void namesAreNoLongerThanTheHubAllows() {
        assertEquals("a".repeat(96), ModelId.parse("a".repeat(96)).repository());
        assertThrows(IllegalArgumentException.class, () -> ModelId.parse("a".repeat(97)));
    }
}
