package io.tesserae.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A Chromium that shows the page. */
record Browser(ChromeDriver driver) implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String AXE = axe();

    private static String axe() {
        try (InputStream script = AxeBuilder.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it, or skips the test where there is none. */
    static Browser open(Path profile) {
        assumeTrue(
                Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "skipped: no Chromium here; Debian's packages chromium and chromium-driver have it");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + profile);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(DRIVER.toString())) // so that none is downloaded
                .usingAnyFreePort()
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        return new Browser(driver);
    }

    void see(int width, int height, String scheme, String motion) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", motion))));
    }

    void visit(String url) {
        driver.get(url);
    }

    WebElement byId(String id) {
        return driver.findElement(By.id(id));
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    void choose(String id, String value) {
        new Select(byId(id)).selectByValue(value);
    }

    void type(String id, String text) {
        byId(id).clear();
        byId(id).sendKeys(text);
    }

    String status() {
        return byId("status").getText();
    }

    void await(BooleanSupplier condition) {
        new WebDriverWait(driver, PATIENCE).until(_ -> condition.getAsBoolean());
    }

    void awaitModels() {
        await(() -> byId("ask").isEnabled());
    }

    void awaitAnswer() {
        await(() -> !status().startsWith("Computing"));
        assertEquals("Answered in", status().substring(0, Math.min(11, status().length())), status());
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Nothing stands in the way of people who cannot see or point, as far as a program can tell, frames included. */
    void requireAccessible(String where) {
        assertEquals("", violations(), where);
        for (WebElement frame : all("iframe")) {
            driver.switchTo().frame(frame);
            assertEquals("", violations(), where + ", frame");
            driver.switchTo().defaultContent();
        }
    }

    /** Frame by frame, since axe-core's own way through them gives a busy machine one second each. */
    private Object violations() {
        if (run("return typeof axe").equals("undefined")) {
            run(AXE);
        }
        return driver.executeAsyncScript("axe.run(document, { iframes: false }).then((found) => found.violations"
                + ".map((one) => one.id + ': ' + one.nodes.map((node) => node.html + node.failureSummary)).join(' | '))"
                + ".then(arguments[0], (error) => arguments[0](String(error)))");
    }

    void requireNoSidewaysScrolling(String where) {
        assertEquals(
                run("return window.innerWidth"),
                run("return Math.max(window.innerWidth, document.documentElement.scrollWidth)"),
                where);
    }

    /** The whole page, however long it is. */
    void screenshot(String name) throws IOException {
        Files.createDirectories(SCREENSHOTS);
        Object png = driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
                .get("data");
        Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode((String) png));
    }

    /** What the console has to complain of: code that fails, and what the policy forbids. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("Failed to load resource")) // answers with an error's status
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
