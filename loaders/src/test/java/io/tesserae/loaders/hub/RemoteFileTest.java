package io.tesserae.loaders.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RemoteFileTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private static RemoteFile read(String commit, String etag, String size) throws HubException {
        HttpHeaders headers = HttpHeaders.of(
                Map.of("X-Repo-Commit", List.of(commit), "ETag", List.of(etag), "Content-Length", List.of(size)),
                (name, value) -> true);
        return RemoteFile.of("config.json", headers, "http://hub", false);
    }

    @Test
    void weakAndQuotedEtagsAreTheSame() throws HubException {
        RemoteFile expected = new RemoteFile("config.json", COMMIT, "ab12", 7);
        assertEquals(expected, read(COMMIT, "ab12", "7"));
        assertEquals(expected, read(COMMIT, "\"ab12\"", "7"));
        assertEquals(expected, read(COMMIT, "W/\"ab12\"", "7"));
    }

    @Property
    void whatIsBelievedIsAPlainNameInOneFolder(
            @ForAll("hostile") String commit, @ForAll("hostile") String etag, @ForAll("hostile") String size) {
        try {
            RemoteFile file = read(commit, etag, size);
            assertTrue(ModelId.isCommit(file.commit()));
            Path blobs = Path.of("blobs");
            assertEquals(blobs, blobs.resolve(file.etag()).normalize().getParent());
            assertTrue(file.size() >= 0);
        } catch (HubException e) {
            assertEquals(HubException.Reason.INVALID_ANSWER, e.reason());
            assertTrue(e.getMessage().length() < 300);
        }
    }

    @Provide
    Arbitrary<String> hostile() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        COMMIT,
                        "7",
                        "..",
                        ".",
                        "",
                        "\"",
                        "\"\"",
                        "W/",
                        "../../x",
                        "/etc/passwd",
                        "C:\\x",
                        "a.incomplete",
                        "-1",
                        "1e9",
                        "99999999999999999999"),
                Arbitraries.strings().withCharRange('0', 'f').ofLength(40),
                Arbitraries.strings().numeric().ofMaxLength(25),
                Arbitraries.strings().ofMaxLength(300));
    }
}
