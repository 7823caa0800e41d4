package io.tesserae.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.server.model.ServedModel;
import io.tesserae.server.model.ServerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The page for people, in a real Chromium: every control, both colour schemes, narrow, by keyboard alone. */
@Tag("browser")
@Timeout(600)
class PageBrowserTest {

    private static final int WIDE = 1200;
    private static final int NARROW = 320;
    private static final int HEIGHT = 800;
    private static final Path MODELS = Path.of("../cli/src/main/resources/io/tesserae/cli/models");
    private static final String PICTURE =
            Path.of("../docs/images/ship.jpg").toAbsolutePath().normalize().toString();

    /** A model and what is asked of it, and what its answer is made of. */
    private record Asked(String model, String task, String drawn) {}

    private static final List<Asked> WITH_EXAMPLES = List.of(
            new Asked("sentiment", "text-classification", "#answer tbody tr"),
            new Asked("sentiment", "feature-extraction", "#answer td.number"),
            new Asked("distilbert-ner", "token-classification", "#answer p.text"),
            new Asked("distilbert-squad", "question-answering", "#answer p"),
            new Asked("distilbert-mlm", "fill-mask", "#answer tbody tr"),
            new Asked("distilbert-mnli", "zero-shot-classification", "#answer tbody tr"),
            new Asked("sentence-embedding", "sentence-embedding", "#answer .likeness td"),
            new Asked("distilbert-regression", "text-ranking", "#answer tbody tr"),
            new Asked("sentiment", "text-attention", "#answer iframe"));

    private static final List<Asked> WITH_PICTURES = List.of(
            new Asked("photos", "image-classification", "#answer tbody tr"),
            new Asked("photos", "image-feature-extraction", "#answer td.number"),
            new Asked("photos", "image-attention", "#answer img"));

    @TempDir
    private static Path profile;

    private static Browser browser;
    private static Engine engine;
    private static TesseraeServer server;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.open(profile);
        engine = Engine.builder().threads(1).build();
        server = TesseraeServer.start(
                ServerOptions.DEFAULT.withPort(0),
                List.of(
                        bundled("sentiment"),
                        bundled("photos"),
                        Fixtures.served("distilbert-ner", engine),
                        Fixtures.served("distilbert-squad", engine),
                        Fixtures.served("distilbert-mlm", engine),
                        Fixtures.served("distilbert-mnli", engine),
                        Fixtures.served("distilbert-regression", engine),
                        Fixtures.served("sentence-embedding", engine)));
    }

    private static ServedModel bundled(String name) {
        return ServedModel.of(name, ModelFiles.directory(MODELS.resolve(name)), engine);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
            engine.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void visit() {
        browser.see(WIDE, HEIGHT, "light", "no-preference");
        browser.visit("http://127.0.0.1:" + server.port() + "/");
        browser.awaitModels();
    }

    @AfterEach
    void nothingFailedInTheConsole() {
        assertEquals(List.of(), browser.complaints());
    }

    private static void choose(Asked asked) {
        browser.choose("model", asked.model());
        browser.choose("task", asked.task());
    }

    private static void askForExample(Asked asked) {
        choose(asked);
        browser.byId("example").click();
        browser.awaitAnswer();
        assertFalse(browser.all(asked.drawn()).isEmpty(), asked + " draws nothing");
        for (WebElement frame : browser.all("#answer iframe")) {
            browser.driver().switchTo().frame(frame);
            browser.await(() -> browser.driver().findElements(By.id("page")).stream()
                    .anyMatch(WebElement::isDisplayed)); // its script has run
            browser.driver().switchTo().defaultContent();
        }
    }

    private static void askAboutPicture(Asked asked) {
        choose(asked);
        browser.byId("field-image").sendKeys(PICTURE);
        browser.await(() -> !browser.all(".preview img").isEmpty());
        browser.byId("ask").click();
        browser.awaitAnswer();
        assertFalse(browser.all(asked.drawn()).isEmpty(), asked + " draws nothing");
    }

    /** Wide and light, narrow and dark: looked at by axe-core here, and by people in the screenshots. */
    private static void look(String name) throws Exception {
        browser.see(WIDE, HEIGHT, "light", "reduce");
        browser.requireAccessible(name + ", light");
        browser.screenshot(name + "-light");
        browser.see(NARROW, HEIGHT, "dark", "reduce");
        browser.requireNoSidewaysScrolling(name);
        browser.requireAccessible(name + ", dark");
        browser.screenshot(name + "-dark");
        browser.see(WIDE, HEIGHT, "light", "no-preference");
    }

    @Test
    void asksEveryTaskOfTextsForItsExample() throws Exception {
        look("start");
        for (Asked asked : WITH_EXAMPLES) {
            askForExample(asked);
            look(asked.task());
        }
    }

    @Test
    void asksEveryTaskOfPictures() throws Exception {
        for (Asked asked : WITH_PICTURES) {
            askAboutPicture(asked);
            look(asked.task());
        }
        browser.choose("task", "image-attention");
        assertFalse(browser.all(".preview img").isEmpty(), "the picture stays when the task changes");
    }

    @Test
    void showsWhereAModelLooks() {
        askForExample(new Asked("sentiment", "text-attention", "#answer iframe"));
        String page = browser.all("#answer a").getFirst().getAttribute("href");
        assertTrue(page.matches("http://127.0.0.1:\\d+/v1/attention/[0-9a-f]{32}"), page);

        askAboutPicture(new Asked("photos", "image-attention", "#answer img"));
        browser.await(() ->
                ((Number) browser.run("return document.querySelector('#answer img').naturalWidth")).intValue() > 300);
    }

    @Test
    void answersWhatIsTypedAndShowsItToPrograms() {
        browser.choose("model", "distilbert-mnli");
        browser.choose("task", "zero-shot-classification");
        browser.type("field-text", "It rains.");
        browser.type("field-labels", "weather, money");
        browser.byId("field-several").click();
        browser.byId("ask").click();
        browser.awaitAnswer();
        assertEquals(2, browser.all("#answer tbody tr").size());
        browser.driver().findElement(By.cssSelector("#raw summary")).click();
        String request = browser.byId("request").getText();
        assertTrue(request.contains("/v1/tasks/zero-shot-classification"), request);
        assertTrue(request.contains("\"multi_label\": true"), request);
        assertTrue(browser.byId("response").getText().contains("\"sequence\": \"It rains.\""));

        browser.driver()
                .executeCdpCommand(
                        "Browser.grantPermissions",
                        Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
        browser.byId("copy").click();
        browser.await(() -> !browser.byId("copied").getText().isEmpty());
        assertEquals("Copied.", browser.byId("copied").getText());
        Object copied = browser.driver().executeAsyncScript("navigator.clipboard.readText().then(arguments[0])");
        assertTrue(copied.toString().startsWith("curl http://127.0.0.1:"), copied.toString());

        browser.byId("example").click();
        browser.awaitAnswer();
        assertEquals(3, browser.all("#answer tbody tr").size());
    }

    @Test
    void comparesPairsAndFillsSeveralGaps() {
        browser.choose("model", "sentiment");
        browser.type("field-text", "A film.");
        browser.type("field-pair", "Another.");
        browser.byId("ask").click();
        browser.awaitAnswer();
        browser.choose("model", "distilbert-mlm");
        browser.choose("task", "fill-mask");
        browser.type("field-text", "A [MASK] and a [MASK].");
        browser.byId("ask").click();
        browser.awaitAnswer();
        assertEquals(2, browser.all("#answer h3").size());
        assertEquals(16, browser.all("#answer tbody tr").size());
    }

    @Test
    void saysInWordsWhatIsWrong() throws Exception {
        browser.choose("model", "sentiment");
        browser.byId("ask").click();
        assertEquals("“Text” is empty.", browser.status());
        assertEquals("field-text", browser.run("return document.activeElement.id"));
        look("empty");

        browser.choose("model", "sentence-embedding");
        browser.choose("task", "sentence-embedding");
        browser.run("document.getElementById('field-sentences').value = 'one\\n'.repeat(33)");
        browser.byId("ask").click();
        browser.await(() -> browser.status().contains("33"));
        assertEquals("Batch size 33 > maximum allowed batch size 32", browser.status());

        browser.choose("model", "photos");
        browser.byId("ask").click();
        assertTrue(browser.status().startsWith("There is no picture yet"), browser.status());
        browser.byId("field-image").sendKeys(Path.of("pom.xml").toAbsolutePath().toString());
        browser.await(() -> browser.status().contains("pom.xml"));
        assertEquals("pom.xml is no picture that this browser can read.", browser.status());

        browser.choose("model", "sentiment");
        browser.run("window.fetch = () => Promise.reject(new TypeError('Failed to fetch'))");
        browser.byId("example").click();
        browser.await(() -> browser.status().contains("reached"));
        assertEquals("The server cannot be reached.", browser.status());
    }

    @Test
    void takesPicturesThatAreDroppedPastedAndLarge() {
        browser.choose("model", "photos");
        String picture = "const canvas = new OffscreenCanvas(arguments[0], 900);"
                + "const context = canvas.getContext('2d');"
                + "const pixels = context.createImageData(arguments[0], 900);"
                + "for (let at = 0; at < pixels.data.length; at += 65536)"
                + "  crypto.getRandomValues(pixels.data.subarray(at, at + 65536));"
                + "context.putImageData(pixels, 0, 0);"
                + "const done = arguments[1];"
                + "canvas.convertToBlob({ type: 'image/png' }).then((blob) => {"
                + "const data = new DataTransfer();"
                + "data.items.add(new File([blob], 'drawn.png', { type: 'image/png' }));";
        browser.driver()
                .executeAsyncScript(
                        picture + "const drop = document.querySelector('.drop');"
                                + "drop.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true }));"
                                + "const over = drop.classList.contains('over');"
                                + "drop.dispatchEvent(new DragEvent('drop',"
                                + " { dataTransfer: data, bubbles: true, cancelable: true })); done(over); });",
                        2000);
        browser.await(() -> !browser.all(".preview p").isEmpty());
        String note = browser.all(".preview p").getFirst().getText();
        assertTrue(note.startsWith("drawn.png (made smaller to be sent, 2000 × 900 to "), note);
        browser.byId("ask").click();
        browser.awaitAnswer();

        browser.driver()
                .executeAsyncScript(
                        picture + "document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));"
                                + "done(); });",
                        9);
        browser.await(() -> browser.all(".preview p").getFirst().getText().equals("drawn.png (9 × 900)"));
        assertEquals("Nothing was asked yet.", browser.status());
        browser.byId("ask").click();
        browser.awaitAnswer();
    }

    @Test
    void neverShowsTheAnswerToAnOlderQuestion() {
        browser.choose("model", "sentiment");
        // The first question's answer comes after the second's, as if nobody had aborted it
        browser.run("const ask = window.fetch; let count = 0; window.done = 0;"
                + "window.fetch = async (path, options) => {"
                + "  const wait = count++ === 0 ? 1500 : 0;"
                + "  const response = await ask(path, { ...options, signal: undefined });"
                + "  await new Promise((resolve) => setTimeout(resolve, wait));"
                + "  window.done++; return response; };");
        browser.type("field-text", "a dull film");
        browser.byId("ask").click();
        browser.type("field-text", "a fine film");
        browser.byId("ask").click();
        browser.await(() -> browser.run("return window.done").equals(2L));
        browser.awaitAnswer();
        assertTrue(browser.run("return document.getElementById('request').textContent")
                .toString()
                .contains("a fine film"));

        browser.run("window.done = 0; const now = window.fetch; window.fetch = async (path, options) => {"
                + "const response = await now(path, options); await new Promise((r) => setTimeout(r, 700));"
                + "window.shown = true; return response; }");
        browser.byId("ask").click();
        browser.choose("task", "feature-extraction");
        browser.await(() -> Boolean.TRUE.equals(browser.run("return window.shown")));
        assertEquals("Nothing was asked yet.", browser.status());
        assertEquals(List.of(), browser.all("#answer > *"));
    }

    @Test
    void asksForTheKeyAndKeepsItForTheTab() throws Exception {
        try (TesseraeServer locked = TesseraeServer.start(
                ServerOptions.DEFAULT.withPort(0).withApiKey("right"), List.of(bundled("sentiment")))) {
            browser.visit("http://127.0.0.1:" + locked.port() + "/");
            browser.await(() -> browser.byId("key-form").isDisplayed());
            look("key");
            browser.type("key", "wrong");
            browser.byId("use-key").click();
            browser.await(() -> browser.byId("model-description").getText().endsWith("The key is wrong."));
            browser.byId("key").clear();
            browser.byId("key").sendKeys("right", Keys.ENTER);
            browser.awaitModels();
            browser.byId("example").click();
            browser.awaitAnswer();
            browser.driver().findElement(By.cssSelector("#raw summary")).click();
            String request = browser.byId("request").getText();
            assertTrue(request.contains("$TESSERAE_API_KEY") && !request.contains("right"), request);
            browser.visit("http://127.0.0.1:" + locked.port() + "/");
            browser.awaitModels();
        }
    }

    @Test
    void isDrivenByTheKeyboardAlone() {
        List<String> reached = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            press(Keys.TAB);
            WebElement focused = browser.driver().switchTo().activeElement();
            reached.add(focused.getAttribute("id").isEmpty() ? focused.getText() : focused.getAttribute("id"));
            assertNotEquals(
                    "none",
                    browser.run("return getComputedStyle(document.activeElement).outlineStyle"),
                    "the focus cannot be seen: " + reached);
        }
        assertEquals(
                List.of(
                        "Skip to the answers",
                        "Routes",
                        "Metrics",
                        "model",
                        "task",
                        "field-text",
                        "field-pair",
                        "ask",
                        "example"),
                reached);
        browser.run("document.getElementById('model').focus()");
        press("p"); // photos, by its first letter
        assertEquals("photos", browser.byId("model").getAttribute("value"));
        press(Keys.ARROW_UP); // the one above
        press(Keys.TAB, Keys.TAB);
        assertEquals("field-text", browser.run("return document.activeElement.id"));
        press("A fine film.");
        new Actions(browser.driver())
                .keyDown(Keys.CONTROL)
                .sendKeys(Keys.ENTER)
                .keyUp(Keys.CONTROL)
                .perform();
        browser.awaitAnswer();
        assertEquals("status", browser.byId("status").getAttribute("role"));
        press(Keys.TAB, Keys.TAB, Keys.TAB, Keys.TAB); // pair, ask, example, "as a program sees it"
        press(Keys.ENTER);
        assertTrue(browser.byId("request").isDisplayed());
    }

    private static void press(CharSequence... keys) {
        new Actions(browser.driver()).sendKeys(keys).perform();
    }

    @Test
    void nothingMovesWhereThatIsNotWanted() {
        askForExample(WITH_EXAMPLES.getFirst());
        String moving = "return getComputedStyle(document.querySelector('.bar > i')).transitionDuration";
        assertEquals("0.25s", browser.run(moving));
        browser.see(WIDE, HEIGHT, "light", "reduce");
        assertEquals("0s", browser.run(moving));
    }
}
